"""The two fixed lists of texts that a target is measured against."""

from __future__ import annotations

_PLAIN = """
a; of; seems; often; because; between; nothing; many; first; again; here; today; morning; winter;
monday; number; thousand; name; letter; answer; reason; example; kind; way; end; group; size;
line; small; short; new; good; happy; quiet; fast; hot; soft; heavy; dark; clean; wet; empty;
open; strange; famous; public; ancient; digital; blue; yellow; white; grey; walk; sit; sleep;
drink; write; listen; think; learn; break; throw; push; cut; wash; sell; fly; climb; grow; help;
work; dance; person; woman; baby; friend; doctor; soldier; crowd; hand; eye; foot; cat; cow; bird;
snake; lion; mouse; spider; leaf; grass; fruit; orange; bread; meat; soup; sugar; coffee; milk;
water; lake; island; mountain; valley; field; desert; sun; star; rain; wind; ice; smoke; rock;
mud; silver; copper; paper; plastic; cotton; house; door; wall; floor; bedroom; hospital; castle;
bridge; street; village; shop; factory; car; train; ship; plane; wheel; machine; hammer; key;
rope; bag; cup; spoon; chair; lamp; mirror; book; map; coin; toy; game; music; piano; song; photo;
computer; screen; shirt; hat; dress; a man in a suit; a woman reading a book; two children
playing; a dog running in a park; a plate of food on a table; a busy street at night; an empty
room; a car parked by a house; people waiting for a train; a view from a window; a hand holding a
phone; a portrait of a girl; a group of friends at dinner; a small boat on a lake; a bird on a
branch; an old building; a close-up of a face; a screenshot of a web page; a chart with numbers; a
page of text; a logo; a drawing of a house; a blurry photo; a black and white photo; a colourful
pattern; an abstract shape
"""

_DISTRACTORS = """
a brick wall; polished marble; rusty iron; wood grain; cracked dry earth; sand dunes; pebbles;
green moss; tree bark; autumn leaves; a lawn of grass; a wheat field; a bamboo forest; a pine
forest in fog; a cherry tree in blossom; a rose; a field of tulips; a dandelion; a cactus; a
mushroom; a pumpkin; a strawberry; a sliced orange; a bunch of grapes; a pizza; a chocolate cake;
a cup of coffee; a fried egg; a honeycomb; a spider web; a peacock feather; butterfly wings; zebra
stripes; leopard fur; tiger; snake skin; fish scales; a jellyfish; an octopus; a starfish; a sea
shell; an elephant; a cat; a dog; a horse; an owl; a flamingo; a parrot; a bee; a human eye; a
human face; a hand; a skull; a skeleton; a crowd of people; a ballet dancer; a clown; a knight in
armour; a city skyline at night; a skyscraper; a wooden house; a castle; a cathedral; a bridge; a
lighthouse; a railway track; a motorway; a car; a bicycle; a sailing boat; an airplane; a rocket
launch; a volcano erupting; a waterfall; ocean waves; a frozen lake; a snowy mountain; a desert; a
rainbow; a sunset over the sea; a blue sky with white clouds; lightning; a starry night; the moon;
planet earth; a galaxy; a campfire; a candle flame; fireworks; smoke; soap bubbles; oil on water;
ice crystals; shattered glass; a diamond; gold coins; knitted wool; blue denim; a persian carpet;
lace; a chessboard; a circuit board; a neon sign; piano keys; a bookshelf
"""


def mean_texts() -> list[str]:
    """Plain texts of all kinds; their mean says nothing in particular, and is the centre."""
    return _split(_PLAIN)


def distractors(prompt: str = "") -> list[str]:
    """100 concrete visual prompts that a picture is ranked against, never the prompt itself."""
    said = _bare(prompt)
    # A few more than 100 are listed, so that one can take the prompt's place.
    texts = [text for text in _split(_DISTRACTORS) if _bare(text) != said]
    return texts[:100]


def all_texts() -> list[str]:
    """Both lists, each text once: all that a target can ask for beside its prompt."""
    return list(dict.fromkeys([*mean_texts(), *_split(_DISTRACTORS)]))


def _split(texts: str) -> list[str]:
    return [" ".join(text.split()) for text in texts.split(";")]


def _bare(text: str) -> str:
    words = text.lower().split()
    return " ".join(words[1:] if words[:1] in (["a"], ["an"], ["the"]) else words)
