"""The order of steps: one graph, cycles cut, the same graph always giving the same order."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from heapq import heappop, heappush
from typing import Any, TypeVar

N = TypeVar("N", bound=Hashable)


def ordered(
    nodes: Iterable[N],
    needs: Mapping[N, set[N]],
    rank: Callable[[N], Any],
    group: Callable[[N], str] = lambda _: "",
) -> tuple[list[N], set[N]]:
    """The nodes, each after all it needs; among those that are ready the lowest rank first.

    Args:
        nodes: every node.
        needs: for a node, the nodes that come before it; others than `nodes` are ignored.
        rank: a sort key, different for each node.
        group: nodes of one group stay together as long as one of them is ready.

    Returns:
        The order, and the nodes that stand in a cycle or behind one: empty when all are ordered.
    """
    present = set(nodes)
    waits = {node: len((needs.get(node) or set()) & present) for node in present}
    after: dict[N, list[N]] = defaultdict(list)
    for node in present:
        for need in (needs.get(node) or set()) & present:
            after[need].append(node)
    ready: dict[str, list[tuple[Any, N]]] = defaultdict(list)
    for node in present:
        if waits[node] == 0:
            heappush(ready[group(node)], (rank(node), node))
    order: list[N] = []
    while any(ready.values()):
        current = ready[min(name for name, waiting in ready.items() if waiting)]
        while current:
            _, node = heappop(current)
            order.append(node)
            for behind in after[node]:
                waits[behind] -= 1
                if waits[behind] == 0:
                    heappush(ready[group(behind)], (rank(behind), behind))
    return order, present.difference(order)


def cycles(nodes: Iterable[N], needs: Mapping[N, set[N]]) -> list[set[N]]:
    """The strongly connected components of more than one node (Tarjan, without recursion)."""
    present = set(nodes)
    index: dict[N, int] = {}
    low: dict[N, int] = {}
    stack: list[N] = []
    on_stack: set[N] = set()
    found: list[set[N]] = []
    for root in present:
        if root in index:
            continue
        work = [(root, iter((needs.get(root) or set()) & present))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, rest = work[-1]
            for need in rest:
                if need not in index:
                    index[need] = low[need] = len(index)
                    stack.append(need)
                    on_stack.add(need)
                    work.append((need, iter((needs.get(need) or set()) & present)))
                    break
                if need in on_stack:
                    low[node] = min(low[node], index[need])
            else:
                work.pop()
                if work:
                    parent = work[-1][0]
                    low[parent] = min(low[parent], low[node])
                if low[node] == index[node]:
                    component = _pop_component(stack, on_stack, node)
                    if len(component) > 1:
                        found.append(component)
    return found


def _pop_component(stack: list[N], on_stack: set[N], root: N) -> set[N]:
    component: set[N] = set()
    while root not in component:
        node = stack.pop()
        on_stack.discard(node)
        component.add(node)
    return component
