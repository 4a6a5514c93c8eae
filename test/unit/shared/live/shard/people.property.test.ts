import fc from "fast-check";
import { expect, it } from "vitest";
import { createPeople, type Leaving, type LeavingRows, type People } from "../../../../../shared/live/shard/people.ts";
import { type Device, devices } from "../../../../../shared/presence/index.ts";

const graceMs = 60_000;
const names = ["usr_a", "usr_b", "usr_c", "usr_d"];

interface Tab {
  readonly userId: string;
  readonly device: Device;
  active: boolean;
  readonly openedAt: number;
  readonly since: number;
}

/** Somebody's presence, worked out from all that ever happened. */
interface Model {
  tabs: Tab[];
  /** By user: since when, and until when after their last tab. */
  readonly leaving: Map<string, Leaving>;
}

function rowsIn(stored: Map<string, Leaving>): LeavingRows {
  return {
    all: () => [...stored],
    save: (userId, leaving) => void stored.set(userId, leaving),
    drop: (userId) => void stored.delete(userId),
    dropUntil(time) {
      for (const [userId, { offlineAt }] of stored) if (offlineAt <= time) stored.delete(userId);
    },
  };
}

const user = fc.constantFrom(...names);
const step = fc.oneof(
  fc.record({ does: fc.constant("open" as const), userId: user, device: fc.constantFrom(...devices) }),
  fc.record({ does: fc.constant("close" as const), tab: fc.nat(20), stays: fc.boolean() }),
  fc.record({ does: fc.constant("activity" as const), tab: fc.nat(20) }),
  fc.record({ does: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 50_000 }) }),
  fc.record({ does: fc.constant("settle" as const) }),
  fc.record({ does: fc.constant("sleep" as const) }),
  fc.record({ does: fc.constant("forget" as const), userId: user }),
);

function seen({ tabs, leaving }: Model) {
  const present = [...new Set(tabs.map(({ userId }) => userId))];
  const activeOnes = present.filter((userId) => tabs.some((tab) => tab.userId === userId && tab.active));
  const users = [
    ...present.map((userId) => {
      const own = tabs.filter((tab) => tab.userId === userId);
      return {
        userId,
        since: own[0]?.since,
        active: activeOnes.includes(userId),
        connections: own.length,
        devices: devices.filter((device) => own.some((tab) => tab.device === device)),
      };
    }),
    ...[...leaving].map(([userId, { since }]) => ({ userId, since, active: false, connections: 0, devices: [] })),
  ].toSorted((a, b) => (a.userId < b.userId ? -1 : 1));
  const connections = Object.fromEntries(devices.map((device) => [device, tabs.filter((tab) => tab.device === device).length]));
  return { users, counts: { users: users.length, active: activeOnes.length, connections } };
}

it("is the same as all that happened says, whatever happens in which order, and however often the object sleeps", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const stored = new Map<string, Leaving>();
      let people: People = createPeople(rowsIn(stored));
      const model: Model = { tabs: [], leaving: new Map() };
      let now = 1_000_000;
      for (const todo of steps) {
        if (todo.does === "open") {
          const { userId, device } = todo;
          const since = model.tabs.find((tab) => tab.userId === userId)?.since ?? model.leaving.get(userId)?.since ?? now;
          expect(people.open({ userId, device, active: true }, now)).toBe(since);
          model.leaving.delete(userId);
          model.tabs.push({ userId, device, active: true, openedAt: now, since });
        } else if (todo.does === "close" && model.tabs.length > 0) {
          const [tab] = model.tabs.splice(todo.tab % model.tabs.length, 1);
          if (tab === undefined) continue;
          people.close(tab, { stays: todo.stays, offlineAt: now + graceMs });
          const isLast = !model.tabs.some(({ userId }) => userId === tab.userId);
          if (isLast && todo.stays) model.leaving.set(tab.userId, { since: tab.since, offlineAt: now + graceMs });
        } else if (todo.does === "activity" && model.tabs.length > 0) {
          const tab = model.tabs[todo.tab % model.tabs.length];
          if (tab === undefined) continue;
          tab.active = !tab.active;
          people.setActive(tab.userId, tab.active);
        } else if (todo.does === "wait") {
          now += todo.ms;
        } else if (todo.does === "settle") {
          const gone = [...model.leaving].filter(([, { offlineAt }]) => offlineAt <= now);
          for (const [userId] of gone) model.leaving.delete(userId);
          expect(people.settle(now)).toBe(gone.length);
        } else if (todo.does === "sleep") {
          people = createPeople(rowsIn(stored));
          for (const tab of model.tabs) people.restore(tab, tab.since);
        } else if (todo.does === "forget") {
          people.forget(todo.userId);
          model.leaving.delete(todo.userId);
        }
        const { users, counts } = seen(model);
        expect(people.counts()).toEqual(counts);
        const isMeant = (userId: string) => userId > "usr_a";
        const meant = { tabs: model.tabs.filter((tab) => isMeant(tab.userId)), leaving: new Map([...model.leaving].filter(([userId]) => isMeant(userId))) };
        expect(people.counts(isMeant)).toEqual(seen(meant).counts);
        expect(people.page(null, 100)).toEqual(users);
        expect(people.page("usr_b", 1)).toEqual(users.filter(({ userId }) => userId > "usr_b").slice(0, 1));
        expect(people.offlineAt()).toBe([...model.leaving.values()].map(({ offlineAt }) => offlineAt).toSorted((a, b) => a - b)[0] ?? null);
        expect(stored).toEqual(model.leaving);
      }
    }),
  );
});
