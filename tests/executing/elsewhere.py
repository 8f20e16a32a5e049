"""An executor that is far away, without a process: tasks and results are sent as bytes, and end in the reverse order."""

import pickle

from districting.executing.seam import Closing, ended


class Elsewhere(Closing):
    name, workers = "elsewhere", 2

    def __init__(self):
        self.done = 0

    def each(self, function, items):
        for index in reversed(range(len(items))):
            sent, item = pickle.loads(pickle.dumps((function, items[index])))
            self.done += 1
            yield pickle.loads(pickle.dumps(ended(sent, index, item)))
