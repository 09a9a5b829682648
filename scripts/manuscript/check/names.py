"""."""


def check(context): ...
