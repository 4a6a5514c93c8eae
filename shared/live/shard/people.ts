import { type Device, devices, perDevice } from "../../presence/index.ts";
import type { OnlineUser } from "../live.ts";

/** Sockets of one person. */
interface Person {
  /** When the first of them was opened, ms since 1970. */
  readonly since: number;
  readonly devices: Record<Device, number>;
  connections: number;
  active: number;
}

/** Somebody whose last socket was closed and who may come back. */
export interface Leaving {
  readonly since: number;
  readonly offlineAt: number;
}

/** Where those who are leaving outlive an eviction. */
export interface LeavingRows {
  all(): Iterable<readonly [userId: string, leaving: Leaving]>;
  save(userId: string, leaving: Leaving): void;
  drop(userId: string): void;
  dropUntil(time: number): void;
}

/** One socket of a person. */
export interface Seat {
  readonly userId: string;
  readonly device: Device;
  readonly active: boolean;
}

export interface PeopleCounts {
  readonly users: number;
  readonly active: number;
  readonly connections: Readonly<Record<Device, number>>;
}

/** Who is online: one person however many tabs they have, and for a while after the last of them. */
export interface People {
  /** A socket opened. Answers since when the person is here. */
  open(seat: Seat, now: number): number;
  /** A socket that was open before the object slept; `since` as `open` answered. */
  restore(seat: Seat, since: number): void;
  /** A socket closed. Whoever `stays` is online until `offlineAt` after their last one. */
  close(seat: Seat, after: { readonly stays: boolean; readonly offlineAt: number }): void;
  /** A socket of theirs, which was the opposite, is active or not. */
  setActive(userId: string, active: boolean): void;
  /** Of everybody, or of those alone who are meant. */
  counts(isMeant?: (userId: string) => boolean): PeopleCounts;
  /** People in the order of their ids, those after `after`. */
  page(after: string | null, limit: number): OnlineUser[];
  /** When the next one is offline; null for nobody. */
  offlineAt(): number | null;
  /** Forgets who is offline by now; answers how many. */
  settle(now: number): number;
  forget(userId: string): void;
}

const byId = (a: OnlineUser, b: OnlineUser): number => (a.userId < b.userId ? -1 : 1);

export function createPeople(rows: LeavingRows): People {
  const present = new Map<string, Person>();
  // In the order in which they go offline: everybody has the same time.
  const leaving = new Map<string, Leaving>([...rows.all()].sort(([, a], [, b]) => a.offlineAt - b.offlineAt));
  const connections = perDevice(0);
  let active = 0;

  const come = (userId: string, since: number): Person => {
    const person = { since, devices: perDevice(0), connections: 0, active: 0 };
    present.set(userId, person);
    return person;
  };
  const comeBack = (userId: string): number | undefined => {
    const known = leaving.get(userId);
    if (known === undefined) return undefined;
    leaving.delete(userId);
    rows.drop(userId);
    return known.since;
  };
  const changeActive = (person: Person, by: 1 | -1): void => {
    const wasActive = person.active > 0;
    person.active += by;
    const isActive = person.active > 0;
    if (isActive !== wasActive) active += by;
  };
  const sit = (person: Person, { device, active: isActive }: Seat): void => {
    person.connections += 1;
    person.devices[device] += 1;
    connections[device] += 1;
    if (isActive) changeActive(person, 1);
  };

  return {
    open(seat, now) {
      const person = present.get(seat.userId) ?? come(seat.userId, comeBack(seat.userId) ?? now);
      sit(person, seat);
      return person.since;
    },
    restore: (seat, since) => sit(present.get(seat.userId) ?? come(seat.userId, since), seat),
    close({ userId, device, active: isActive }, { stays, offlineAt }) {
      const person = present.get(userId);
      if (person === undefined) return;
      if (isActive) changeActive(person, -1);
      person.connections -= 1;
      person.devices[device] -= 1;
      connections[device] -= 1;
      if (person.connections > 0) return;
      present.delete(userId);
      if (!stays) return;
      const gone = { since: person.since, offlineAt };
      leaving.set(userId, gone);
      rows.save(userId, gone);
    },
    setActive(userId, isActive) {
      const person = present.get(userId);
      if (person !== undefined) changeActive(person, isActive ? 1 : -1);
    },
    counts: (isMeant) =>
      isMeant === undefined ? { users: present.size + leaving.size, active, connections: { ...connections } } : countThose(isMeant, present, leaving),
    page(after, limit) {
      const isNext = (userId: string) => after === null || userId > after;
      const found: OnlineUser[] = [];
      for (const [userId, person] of present) if (isNext(userId)) found.push(shown(userId, person));
      for (const [userId, { since }] of leaving) if (isNext(userId)) found.push({ userId, since, active: false, connections: 0, devices: [] });
      return found.sort(byId).slice(0, limit);
    },
    offlineAt: () => leaving.values().next().value?.offlineAt ?? null,
    settle(now) {
      const before = leaving.size;
      for (const [userId, { offlineAt }] of leaving) {
        if (offlineAt > now) break;
        leaving.delete(userId);
      }
      if (leaving.size < before) rows.dropUntil(now);
      return before - leaving.size;
    },
    forget(userId) {
      comeBack(userId);
    },
  };
}

function countThose(isMeant: (userId: string) => boolean, present: ReadonlyMap<string, Person>, leaving: ReadonlyMap<string, Leaving>): PeopleCounts {
  const connections = perDevice(0);
  let users = 0;
  let active = 0;
  for (const [userId, person] of present) {
    if (!isMeant(userId)) continue;
    users += 1;
    if (person.active > 0) active += 1;
    for (const device of devices) connections[device] += person.devices[device];
  }
  for (const userId of leaving.keys()) if (isMeant(userId)) users += 1;
  return { users, active, connections };
}

const shown = (userId: string, { since, active, connections, devices: seats }: Person): OnlineUser => ({
  userId,
  since,
  active: active > 0,
  connections,
  devices: devices.filter((device) => seats[device] > 0),
});
