"""What the shell around every page needs."""


def shell(request) -> dict:
    return {}
