"""The trainer: a sentence becomes a style. Needs torch and open_clip, which playing does not."""

import os

# Torch's threads otherwise spin while they wait for each other, and OpenMP reads this only once,
# as torch is first imported. With two other trainings on two cores, a run of 8 iterations with
# a tiny CLIP took 61 s spinning and 15 s asleep. Alone no difference was told from noise: 60
# iterations took 7.4 and 4.8 s spinning, 7.0 and 6.0 s asleep.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
