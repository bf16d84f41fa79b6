"""Connected components of the identity graph: which identifiers belong to one person."""

import pandas as pd
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components


def resolve(edges):
    """Give each identifier the root of its component.

    edges: frame of left_node, right_node (strings) and first_seen_at (timestamp, may be missing).
    Returns a frame of node and root_node, one row per node. The root is the node that was seen first, ties broken by
    name, so it does not depend on the order of the edges and survives as long as nothing older joins.
    """
    seen = pd.concat(
        [
            edges[["left_node", "first_seen_at"]].set_axis(["node", "first_seen_at"], axis=1),
            edges[["right_node", "first_seen_at"]].set_axis(["node", "first_seen_at"], axis=1),
        ]
    )
    nodes = seen.groupby("node", as_index=False)["first_seen_at"].min()
    if nodes.empty:
        return pd.DataFrame({"node": pd.Series(dtype="str"), "root_node": pd.Series(dtype="str")})
    position = pd.Series(range(len(nodes)), index=nodes["node"])
    left = position.loc[edges["left_node"]].to_numpy()
    right = position.loc[edges["right_node"]].to_numpy()
    graph = coo_matrix(([1] * len(edges), (left, right)), shape=(len(nodes), len(nodes)))
    nodes["component"] = connected_components(graph, directed=False)[1]
    roots = nodes.sort_values(["first_seen_at", "node"], na_position="last").drop_duplicates("component")
    nodes["root_node"] = nodes["component"].map(roots.set_index("component")["node"])
    return nodes[["node", "root_node"]]


def read(relation):
    """Either engine's relation as pandas, with lower-case columns."""
    frame = relation.df() if hasattr(relation, "df") else relation.to_pandas()
    return frame.rename(columns=str.lower)


def write(frame, relation):
    """Snowpark quotes lower-case names; upper-case ones stay case-insensitive."""
    return frame if hasattr(relation, "df") else frame.rename(columns=str.upper)


def model(dbt, session):
    dbt.config(materialized="table", packages=["pandas", "scipy"])
    edges = dbt.ref("int_identity_edges")
    return write(resolve(read(edges)), edges)
