"""What can go wrong with a part, said in a sentence to whoever runs the machine."""


class RuntimeProblem(Exception):
    """A part can't be run; the message says why and what to do."""


class MissingPrerequisite(RuntimeProblem):
    """Something has to be installed or set first; the message says what."""


class PartDied(RuntimeProblem):
    """A process ended, or never became ready; the message ends with its last lines."""


class AlreadyRunning(RuntimeProblem):
    """Another `manage.py up` holds the same data."""
