from tests.wall.fixtures import committed, settled, world

__all__ = ["committed", "settled", "world"]
