"""How much is measured."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    rounds: int
    #: Of one round of requests.
    seconds: int
    #: That are read and written to.
    spaces: int
    #: That the large sweep passes over.
    sleeping: int
    #: That a sweep finds due.
    due: int
    #: That are swept one transaction a row.
    single: int
    #: That are erased with their content.
    erased: int
    file_bytes: int
    starts: int
    stalled: int
    #: Of content that is erased under a service in use; with --only bigerasure.
    big_bytes: int
    #: That the largest sweep finds due, and those that the widest passes over; with --only large.
    large_due: int
    large_sleeping: int
    #: Files of `file_bytes` in the largest archive.
    archived_files: int
    #: Slow downloads at once.
    slow: int
    #: Spaces whose keys a rotation wraps anew.
    wrapped: int
    #: Idle event streams, each of another space and person.
    listeners: int
    #: That are posted one after the other, to one of them each.
    events: int


FULL = Sizes(
    rounds=3, seconds=4, spaces=10_000, sleeping=1_000_000, due=100_000, single=2_000, erased=10_000,
    file_bytes=1 << 30, starts=3, stalled=64, big_bytes=10 << 30, listeners=1_000, events=500, large_due=1_000_000,
    large_sleeping=10_000_000, archived_files=10, slow=200, wrapped=100_000)
QUICK = Sizes(
    rounds=3, seconds=1, spaces=800, sleeping=40_000, due=10_000, single=300, erased=1_000, file_bytes=64 << 20,
    starts=1, stalled=16, big_bytes=256 << 20, listeners=200, events=100, large_due=40_000, large_sleeping=100_000,
    archived_files=3, slow=50, wrapped=10_000)
