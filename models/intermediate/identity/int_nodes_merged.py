"""Which identifiers gave way to an older one, and through which link. Numbers only: SQL gives and takes the names."""

from array import array

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import minimum_spanning_tree

CHUNK = 100_000


def joining_edges(edges):
    """The edges that join two components when taken in order, as arrays of edge, left and right in that order.

    They are a minimum spanning forest with the edge number as weight, which scipy finds in C. A sparse matrix may add
    up repeated pairs, so only the first edge of a pair goes in; zero means no edge to it, so weights begin at one.
    """
    edge, left, right = (edges[name].to_numpy(np.int64) for name in ("edge_number", "left_number", "right_number"))
    low, high = np.minimum(left, right), np.maximum(left, right)
    order = np.lexsort((edge, high, low))
    edge, low, high = edge[order], low[order], high[order]
    is_first = np.ones(len(edge), dtype=bool)
    is_first[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    is_first &= low != high
    edge, low, high = edge[is_first], low[is_first], high[is_first]
    count = int(high.max(initial=-1)) + 1
    starts = np.concatenate(([0], np.cumsum(np.bincount(low, minlength=count))))
    graph = csr_matrix((edge + 1.0, high.astype(np.int32), starts.astype(np.int32)), shape=(count, count))
    forest = minimum_spanning_tree(graph, overwrite=True).tocoo()
    order = np.argsort(forest.data)
    return forest.data[order].astype(np.int64) - 1, forest.row[order], forest.col[order]


def retire(edge, left, right):
    """Take joining edges in order; of the two roots that an edge joins, the younger gives way to the older.

    A smaller number is older. Returns two arrays over all numbers: the survivor (-1 for a root) and the edge.
    """
    count = int(max(left.max(initial=-1), right.max(initial=-1))) + 1
    parent = array("q", range(count))
    survivor, through = array("q", [-1]) * count, array("q", [-1]) * count
    for start in range(0, len(edge), CHUNK):
        chunk = slice(start, start + CHUNK)
        taken = (edge[chunk].tolist(), left[chunk].tolist(), right[chunk].tolist())
        for number, older, younger in zip(*taken, strict=True):
            while parent[older] != older:
                parent[older] = older = parent[parent[older]]
            while parent[younger] != younger:
                parent[younger] = younger = parent[parent[younger]]
            if younger < older:
                older, younger = younger, older
            parent[younger] = survivor[younger] = older
            through[younger] = number
    return np.array(survivor), np.array(through)


def merge(edges):
    """Follow links in order and say which nodes gave way.

    edges: frame of edge_number (unique, in order of time), left_number and right_number (the older node the smaller).
    Returns a frame of node_number, root_number (where the node belongs now), survivor_number (what it gave way to at
    the time) and edge_number (through which edge), one row per node that is not the oldest of its component.
    """
    survivor, through = retire(*joining_edges(edges))
    root = np.where(survivor >= 0, survivor, np.arange(len(survivor)))
    while (root != root[root]).any():
        root = root[root]
    node = np.flatnonzero(survivor >= 0)
    return pd.DataFrame(
        {
            "node_number": node,
            "root_number": root[node],
            "survivor_number": survivor[node],
            "edge_number": through[node],
        }
    )


def read(relation):
    """Either engine's relation as pandas, with lower-case columns."""
    frame = relation.df() if hasattr(relation, "df") else relation.to_pandas()
    return frame.rename(columns=str.lower)


def write(frame, relation):
    """Snowpark quotes lower-case names; upper-case ones stay case-insensitive."""
    return frame if hasattr(relation, "df") else frame.rename(columns=str.upper)


def model(dbt, session):
    dbt.config(materialized="table", packages=["numpy", "pandas", "scipy"])
    edges = dbt.ref("int_edges_numbered").select("edge_number", "left_number", "right_number")
    return write(merge(read(edges)), edges)
