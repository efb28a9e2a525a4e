"""`fix --apply` and `undo` ended at every step that changes the disk, on real NTFS volumes: resume gives exactly after, undo exactly before."""
import concurrent.futures
import json
import pathlib
import unittest

import fixing
import hosts
from fixing import difference, everything, rdpdoctor

# Two hives; the access list of a key file; a certificate's entry with its key file aside; a whole key with all below it.
PLANS = {
    "two hives": (("remote-desktop-disabled/present", "logons-disabled/present"), ("enable-remote-desktop", "allow-logons")),
    "access list": (("key-file-access/present", "remote-desktop-disabled/present"), ("grant-key-access", "enable-remote-desktop")),
    "key file aside": (("key-file-empty/present",), ("regenerate-certificate",)),
    "keys": (("profile-list-backup/present",), ("repair-profile-list",)),
}


class Plan:
    """One machine with its volume before and after, and the steps of apply and of undo."""

    def __init__(self, name, work, program):
        cases, self.fixes = PLANS[name]
        self.name, self.program = name, program
        self.work = work / name
        self.work.mkdir()
        layers = [json.loads((hosts.HOSTS / f"{case}.json").read_text()) for case in cases]
        self.before_volume = fixing.Volume.of(hosts.Machine(*layers), self.work / "before")
        self.after_volume = self.before_volume.copy(self.work / "after")
        with self.after_volume.mounted() as top:
            self.before = everything(top)
            self.applied, self.apply_steps = program.of(*self.apply(top))
            self.after = everything(top)
        self.has_between = len([path for path in self.before if self.before[path] != self.after.get(path)]) > 1
        undone = self.after_volume.copy(self.work / "undone")
        with undone.mounted() as top:
            self.undone, self.undo_steps = program.of(*self.undo(top))
            self.after_undo = everything(top)

    def apply(self, top):
        return "fix", *self.fixes, "--image", top, "--apply"

    @staticmethod
    def resume(top):
        return "fix", "--resume", "--image", top

    @staticmethod
    def undo(top):
        return "undo", "--image", top

    def state(self, top):
        """"before", "after", or what is neither."""
        now = everything(top)
        if now == self.before:
            return "before"
        return "after" if now == self.after else "neither; before, and then:\n" + difference(self.before, now)

    def whole(self, top):
        """What a killed program left: each file of the volume as it was or as it shall be, and nothing else but what bears our name."""
        lines = []
        now = everything(top)
        for path in sorted(set(self.before) | set(self.after) | set(now)):
            if now.get(path) not in (self.before.get(path), self.after.get(path)) and "rdpdoctor" not in path:
                lines.append(f"{path} is neither as before nor as after")
        return "\n".join(lines)


def moments(steps):
    """(step, what happens there): before each, half of each write, and after the last."""
    for number, step in enumerate(steps, 1):
        yield number, "before"
        if step.startswith(("write ", "pwrite ")):
            yield number, "half"
    yield len(steps), "after"


@fixing.needs_ntfs
class Kills(unittest.TestCase):
    maxDiff = 6000

    @classmethod
    def setUpClass(cls):
        cls.work = pathlib.Path(cls.enterClassContext(fixing.work_folder()))
        cls.program = fixing.Steps(cls.work)
        cls.plans = {name: Plan(name, cls.work, cls.program) for name in PLANS}

    def test_the_plans_are_applied_and_undone_when_nothing_happens(self):
        for name, plan in self.plans.items():
            with self.subTest(plan=name):
                self.assertIn(plan.applied.exit, (0, 1), plan.applied)
                self.assertNotEqual(plan.before, plan.after)
                self.assertEqual(plan.undone.exit, 0, plan.undone)
                self.assertEqual(difference(plan.before, plan.after_undo), "")
                # Journal and changes are on the disk one by one: fewer steps would mean that they are not seen here.
                self.assertGreater(len(plan.apply_steps), 20, plan.apply_steps)
                self.assertGreater(len(plan.undo_steps), 8, plan.undo_steps)

    def test_apply_killed_anywhere_is_brought_to_after_or_to_before(self):
        self.everywhere(lambda plan: plan.before_volume, lambda plan: plan.apply_steps, Plan.apply, self.after_a_killed_apply)

    def test_undo_killed_anywhere_is_brought_to_before(self):
        self.everywhere(lambda plan: plan.after_volume, lambda plan: plan.undo_steps, Plan.undo, self.after_a_killed_undo)

    def test_a_disk_that_is_full_from_any_step_on_is_brought_to_after_or_to_before(self):
        self.everywhere(lambda plan: plan.before_volume, lambda plan: plan.apply_steps, Plan.apply, self.after_a_killed_apply, "full")

    def test_undo_on_a_disk_that_is_full_from_any_step_on_is_brought_to_before(self):
        self.everywhere(lambda plan: plan.after_volume, lambda plan: plan.undo_steps, Plan.undo, self.after_a_killed_undo, "full")

    def test_a_killed_resume_and_a_killed_undo_can_be_gone_on_with(self):
        """The second program is killed, too: at every third step of the third part of the first one's moments."""
        for name, plan in self.plans.items():
            todo = [(n, way) for n in range(2, len(plan.apply_steps), 3) for way in (Plan.resume, Plan.undo)]
            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                ended = [pool.submit(self.killed_twice, plan, *moment) for moment in todo]
            for moment, result in zip(todo, ended):
                with self.subTest(plan=name, killed=moment[0], then=moment[1].__name__):
                    result.result()

    def test_ctrl_c_at_any_third_step_is_no_different(self):
        self.everywhere(lambda plan: plan.before_volume, lambda plan: plan.apply_steps, Plan.apply, self.after_a_killed_apply, "interrupt", 3)

    def test_what_is_there_is_on_the_disk_before_it_is_changed(self):
        """A power cut loses what was not flushed: the journal before the first change, a new hive before it takes the old one's place."""
        for name, plan in self.plans.items():
            for steps in (plan.apply_steps, plan.undo_steps):
                with self.subTest(plan=name, steps=steps):
                    self.check_order(steps)

    def check_order(self, steps):
        dirty, changes = {}, 0
        for number, step in enumerate(steps):
            what, _, path = step.partition(" ")
            end = path.rpartition("/")[2]
            if what in ("write", "pwrite"):
                dirty[path] = number
            elif what in ("fsync", "fdatasync"):
                dirty.pop(path, None)
            elif what.startswith("rename") and not path.startswith("/"):
                changes += 1
                self.assertEqual([p for p in dirty if p.endswith((f"/{end}", f"/{end}.part", "/journal.jsonl"))], [], f"not flushed before step {number}: {step}")
        self.assertGreater(changes, 0)
        self.assertEqual(dirty, {}, "not flushed at the end")

    def everywhere(self, volume_of, steps_of, command, check, does=None, every=1):
        for name, plan in self.plans.items():
            steps = steps_of(plan)
            todo = [(n, does) for n in range(1, len(steps) + 1, every)] if does else list(moments(steps))
            one = lambda moment: self.ended_at(plan, volume_of(plan), command, *moment, check)  # noqa: E731
            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                ended = [pool.submit(one, moment) for moment in todo]
            seen = []
            for (number, how), result in zip(todo, ended):
                with self.subTest(plan=name, ended=f"{how} step {number} of {len(steps)}", step=steps[number - 1]):
                    seen.append(result.result())
            if not does:  # it was killed before anything was changed, with some changed, and with all
                with self.subTest(plan=name):
                    self.assertEqual(set(seen), {"before", "between", "after"} if plan.has_between else {"before", "after"})
            print(f"({name}: {len(todo)})", end=" ", flush=True)

    def ended_at(self, plan, volume, command, number, does, check):
        """How the ended program left the machine."""
        image = plan.work / f"{command.__name__} {number} {does}"
        ended = volume.copy(image)
        try:
            with ended.mounted() as top:
                done = self.program.run(*command(plan, top) if command is Plan.apply else command(top), at=number, does=does)
                if does == "full":
                    self.assertIn(done.exit, (0, 1, 3), done)
                    self.assertTrue(done.exit != 3 or "space" in " ".join(f"{done.out} {done.err}".split()), f"it fails without a word: {done}")
                elif does == "interrupt":
                    self.assertIn(done.exit, (0, 1, 3, 4), done)
                else:
                    self.assertEqual(done.exit, -9, f"it was to be killed: {done}")
                self.assertEqual(plan.whole(top), "")
                left = plan.state(top).split(";")[0].replace("neither", "between")
            for way in (Plan.resume, Plan.undo):
                other = ended.copy(f"{image} {way.__name__}")
                with other.mounted() as top:
                    check(plan, top, way)
                other.image.unlink()
            return left
        finally:
            image.unlink()

    def killed_twice(self, plan, number, way):
        image = plan.work / f"twice {number} {way.__name__}"
        killed = plan.before_volume.copy(image)
        with killed.mounted() as top:
            self.program.run(*plan.apply(top), at=number, does="before")
        counted = killed.copy(f"{image} counted")
        with counted.mounted() as top:
            steps = self.program.of(*way(top))[1]
        counted.image.unlink()
        for second in range(1, len(steps) + 1, 3):
            again = killed.copy(f"{image} {second}")
            with again.mounted() as top:
                done = self.program.run(*way(top), at=second, does="before")
                self.assertEqual(done.exit, -9, done)
                self.assertEqual(plan.whole(top), "")
                self.after_a_killed_apply(plan, top, Plan.undo if second % 2 else Plan.resume, undoing=way is Plan.undo)
            again.image.unlink()
        image.unlink()

    def after_a_killed_apply(self, plan, top, way, undoing=False):
        began = plan.state(top)
        done = rdpdoctor(*way(top))
        state = plan.state(top)
        self.assertIn(done.exit, (0, 1), done)
        if way is Plan.undo:
            self.assertEqual(state, "before", done)
        elif began in ("before", "after"):  # it may not have begun, or be over
            self.assertIn(state, ("before", "after"), done)
        else:
            self.assertIn(state, ("before", "after") if undoing else ("after",), done)
        # Whatever it came to, the way is free: the plan can be applied, and then nothing is left to be done.
        done = rdpdoctor(*plan.apply(top))
        self.assertIn(done.exit, (0, 1), done)
        self.assertEqual(plan.state(top), "after", done)
        done = rdpdoctor(*plan.undo(top))
        self.assertEqual((done.exit, plan.state(top)), (0, "before"), done)

    def after_a_killed_undo(self, plan, top, way):
        began = plan.state(top)
        done = rdpdoctor(*way(top))
        state = plan.state(top)
        self.assertIn(done.exit, (0, 1), done)
        if way is Plan.undo:
            self.assertEqual(state, "before", done)
            return
        self.assertIn(state, ("before",) if began != "after" else ("before", "after"), done)
        if state == "after":  # it had not begun
            done = rdpdoctor(*plan.undo(top))
            self.assertEqual((done.exit, plan.state(top)), (0, "before"), done)


if __name__ == "__main__":
    unittest.main()
