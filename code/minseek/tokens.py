"""Byte-pair encoding (BPE): text as numbers, frequent pairs merged.

Every text is bytes, so 256 tokens can write anything. Training then
adds one token at a time: the pair of neighbours that stands most often
in a text becomes a new token (Sennrich et al., 2016; on bytes since
GPT-2). The tokenizer is nothing but the list of these pairs. To encode
is to merge again, in the order in which they were learned.

Pairs never reach across words, which begin with their space. Left out:
special tokens, and what GPT-2's pattern does with number signs that
are no digits, such as ½, which count as letters here.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

Pair = tuple[int, int]
BYTES = 256
WORD = re.compile(
    r"'(?:[sdmt]|ll|ve|re)"  # it's, you'll
    r"| ?[^\W\d_]+| ?\d+| ?(?:[^\s\w]|_)+"  # letters, digits, others
    r"|\s+(?!\S)|\s+"  # spaces; the last belongs to the next word
)


@dataclass(frozen=True)
class Tokenizer:
    """Pairs of tokens; pair i, seen as one, is token 256 + i.

    >>> tokenizer = Tokenizer(((108, 108), (256, 111)))  # ll, llo
    >>> tokenizer.encode("hello")
    [104, 101, 257]
    >>> tokenizer.decode([104, 101, 257])
    'hello'
    """

    merges: tuple[Pair, ...]

    def __post_init__(self) -> None:
        for new, pair in enumerate(self.merges, BYTES):
            if not 0 <= min(pair) <= max(pair) < new:
                raise ValueError(
                    f"token {new} joins {pair};"
                    f" it can join 0 to {new - 1}"
                )

    @cached_property
    def ranks(self) -> dict[Pair, int]:
        """The token of each pair; the lowest is merged first."""
        return {pair: BYTES + i for i, pair in enumerate(self.merges)}

    @cached_property
    def vocabulary(self) -> list[bytes]:
        """What each token stands for."""
        words = [bytes([i]) for i in range(BYTES)]
        for left, right in self.merges:
            words.append(words[left] + words[right])
        return words

    def encode(self, text: str) -> list[int]:
        """Tokens of a text, word by word."""
        words = WORD.findall(text)
        tokens = {word: self.encode_word(word) for word in set(words)}
        return [token for word in words for token in tokens[word]]

    def encode_word(self, word: str) -> list[int]:
        """Merge the pair learned first, as long as there is one."""
        tokens = [*word.encode()]
        while known := self.ranks.keys() & pairwise(tokens):
            pair = min(known, key=self.ranks.__getitem__)
            tokens = merge(tokens, pair, self.ranks[pair])
        return tokens

    def decode(self, tokens: Iterable[int]) -> str:
        """The text; bytes that are no UTF-8 become U+FFFD."""
        size = len(self.vocabulary)
        tokens = list(tokens)
        if bad := [t for t in tokens if not 0 <= t < size]:
            raise ValueError(f"token {bad[0]} of {size} tokens")
        data = b"".join(self.vocabulary[t] for t in tokens)
        return data.decode("utf-8", errors="replace")


def merge(tokens: list[int], pair: Pair, new: int) -> list[int]:
    """Write ``new`` for each ``pair``, from the left.

    >>> merge([1, 1, 1, 2], (1, 1), 9)
    [9, 1, 2]
    """
    out: list[int] = []
    for token in tokens:
        # A token just written is no half of a second pair.
        if out and (out[-1], token) == pair:
            out[-1] = new
        else:
            out.append(token)
    return out


def train_plain(text: str, size: int) -> Tokenizer:
    """The definition: count all pairs, merge the best, start again."""
    words, split = split_words(text, size)
    merges: list[Pair] = []
    for new in range(BYTES, size):
        counts: Counter[Pair] = Counter()
        for word, tokens in split.items():
            for pair in pairwise(tokens):
                counts[pair] += words[word]
        merges.append(best(counts, new, size))
        for word, tokens in split.items():
            split[word] = merge(tokens, merges[-1], new)
    return Tokenizer(tuple(merges))


def train(text: str, size: int) -> Tokenizer:
    """The same, but only words that hold the best pair are recounted.

    >>> text = "a rose is a rose is a rose, and roses arose"
    >>> train(text, 264) == train_plain(text, 264)
    True
    >>> b" ".join(train(text, 264).vocabulary[256:])
    b'os ros rose  a  rose  i  is nd'
    """
    words, split = split_words(text, size)
    counts: Counter[Pair] = Counter()
    holders: defaultdict[Pair, set[str]] = defaultdict(set)

    def count(word: str, times: int) -> None:
        for pair in pairwise(split[word]):
            counts[pair] += times
            holders[pair].add(word)

    for word, times in words.items():
        count(word, times)
    merges: list[Pair] = []
    for new in range(BYTES, size):
        merges.append(best(counts, new, size))
        for word in holders.pop(merges[-1]):
            count(word, -words[word])
            split[word] = merge(split[word], merges[-1], new)
            count(word, words[word])
    return Tokenizer(tuple(merges))


def split_words(
    text: str, size: int
) -> tuple[Counter[str], dict[str, list[int]]]:
    """How often each word stands in a text, and its bytes."""
    if size < BYTES:
        raise ValueError(
            f"a vocabulary of {size} has no room for {BYTES} bytes"
        )
    words = Counter(WORD.findall(text))
    return words, {word: [*word.encode()] for word in words}


def best(counts: Counter[Pair], new: int, size: int) -> Pair:
    """The most frequent pair; of several, that of the oldest tokens."""
    top = max(counts.values(), default=0)
    if not top:
        raise ValueError(
            f"the text has pairs for {new} tokens, {size} asked"
        )
    return min(pair for pair, count in counts.items() if count == top)
