"""Fast columns of text: fixed-width random ids, dictionary columns, NDJSON lines. No knowledge of the company."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

HEX = np.frombuffer("".join(f"{byte:02x}" for byte in range(256)).encode(), np.uint8).reshape(256, 2)
BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def from_characters(characters: np.ndarray) -> pa.Array:
    """Strings of equal width from a uint8 array of shape (n, width)."""
    n, width = characters.shape
    offsets = np.arange(0, (n + 1) * width, width, dtype=np.int32) if width else np.zeros(n + 1, np.int32)
    return pa.StringArray.from_buffers(n, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(characters)))


def random_text(rng: np.random.Generator, n: int, width: int, alphabet: str = BASE64) -> pa.Array:
    """n random strings."""
    letters = np.frombuffer(alphabet.encode(), np.uint8)
    return from_characters(letters[rng.integers(0, len(letters), (n, width), dtype=np.uint8)])


def random_hex(rng: np.random.Generator, n: int, byte_count: int = 16) -> pa.Array:
    """n random hexadecimal strings."""
    return from_characters(HEX[rng.integers(0, 256, (n, byte_count), dtype=np.uint8)].reshape(n, 2 * byte_count))


def random_uuids(rng: np.random.Generator, n: int) -> pa.Array:
    """n random UUIDs (version 4)."""
    octets = rng.integers(0, 256, (n, 16), dtype=np.uint8)
    octets[:, 6] = (octets[:, 6] & 0x0F) | 0x40
    octets[:, 8] = (octets[:, 8] & 0x3F) | 0x80
    digits = HEX[octets].reshape(n, 32)
    text = np.full((n, 36), ord("-"), np.uint8)
    text[:, [i for i in range(36) if i not in (8, 13, 18, 23)]] = digits
    return from_characters(text)


def joined(*parts) -> pa.Array:
    """Concatenation of strings and string columns."""
    return pc.binary_join_element_wise(*parts, "")


def plain(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """A column in one piece, without dictionary."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


def pick_text(dictionary: pa.Array, indices: np.ndarray) -> pa.DictionaryArray:
    """A dictionary column that holds only the entries it uses, each once; negative indices are null.

    Entries must differ: pyarrow writes Parquet dictionaries with repeated entries differently from run to run.
    """
    used = np.zeros(len(dictionary) + 1, bool)
    used[indices] = True  # -1 marks the spare last place
    used[-1] = False
    place = np.cumsum(used) - 1
    missing = indices < 0
    distinct = dictionary.take(pa.array(np.flatnonzero(used))).dictionary_encode()
    codes = np.r_[distinct.indices.to_numpy(), 0][place[indices]]
    return pa.DictionaryArray.from_arrays(
        pa.array(np.where(missing, 0, codes).astype(np.int32), mask=missing), distinct.dictionary
    )


def timestamps(milliseconds: np.ndarray, mask: np.ndarray | None = None) -> pa.Array:
    """Milliseconds since 1970 as timestamps without zone (UTC)."""
    return pa.array(milliseconds.astype("datetime64[ms]"), mask=mask)


def iso(milliseconds: np.ndarray) -> pa.Array:
    """Milliseconds since 1970 as text, 2026-01-31T23:59:59.123Z."""
    text = np.datetime_as_string(milliseconds.astype("datetime64[ms]"), unit="ms").astype("U23")
    codes = text.view(np.uint32).reshape(len(text), 23).astype(np.uint8) if len(text) else np.empty((0, 23), np.uint8)
    return from_characters(np.concatenate([codes, np.full((len(codes), 1), ord("Z"), np.uint8)], axis=1))


def escaped(column: pa.Array) -> pa.Array:
    """JSON string literals; the text holds no control characters."""
    quoted = pc.replace_substring(pc.replace_substring(column, "\\", "\\\\"), '"', '\\"')
    return pc.fill_null(joined('"', quoted, '"'), "null")


def json_column(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Each value as JSON. Dictionary columns are escaped once per entry."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if pa.types.is_dictionary(column.type):
        return pc.fill_null(escaped(column.dictionary).take(column.indices), "null")
    if pa.types.is_timestamp(column.type):
        text = iso(column.fill_null(0).cast(pa.int64()).to_numpy())
        return pc.if_else(column.is_valid(), joined('"', text, '"'), "null")
    return escaped(column) if pa.types.is_string(column.type) else pc.fill_null(column.cast(pa.string()), "null")


def json_lines(table: pa.Table) -> pa.Array:
    """One JSON object per row, without the line ends."""
    parts = []
    for place, name in enumerate(table.column_names):
        parts += ["{" * (place == 0) + "," * (place > 0) + f'"{name}":', json_column(table[name])]
    return joined(*parts, "}")
