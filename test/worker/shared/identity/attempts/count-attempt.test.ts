import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { directoryDatabase } from "../../../../../shared/db/client.ts";
import { type AttemptPolicyName, attemptPolicies } from "../../../../../shared/identity/attempts/attempt-policies.ts";
import { countAttempt, countAttempts, takeBackAttempt } from "../../../../../shared/identity/attempts/count-attempt.ts";
import { commit, hourMs, minuteMs, secondMs } from "../../../../../shared/platform/index.ts";
import { seedWorkspace } from "../../../../helpers/worker/api.ts";

beforeAll(async () => void (await seedWorkspace()));

const directory = directoryDatabase(env);
let people = 0;

/** Somebody who tries, with a clock of their own; `tries` waits as long as it is told to and returns those waits. */
function createTrier(policy: AttemptPolicyName = "signInIp") {
  const who = `192.0.2.${people++}`;
  let at = 1_800_000_000_000;
  const ctx = { directory, now: () => at };
  const attempt = () => countAttempt(ctx, policy, who);
  const waitOf = () =>
    attempt().then(
      () => 0,
      ({ code, retryAfterMs }: { code: string; retryAfterMs: number }) => (code === "rate_limited" ? retryAfterMs : Number.NaN),
    );
  return {
    ctx,
    who,
    attempt,
    waitOf,
    pass(ms: number): void {
      at += ms;
    },
    takeBack: async (counted: ReturnType<typeof attempt>) => commit(directory, [takeBackAttempt(ctx, await counted)]),
    async waits(count: number): Promise<number[]> {
      const waits: number[] = [];
      for (let i = 0; i < count; i++) {
        const wait = await waitOf();
        waits.push(wait);
        if (wait === 0) continue;
        at += wait;
        expect(await waitOf()).toBe(0);
      }
      return waits;
    },
  };
}

describe("tries from one place", () => {
  it("are free five times, then wait twice as long each time, up to 15 minutes", async () => {
    const seconds = (await createTrier().waits(18)).map((ms) => ms / secondMs);
    expect(seconds).toEqual([0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
  });

  it("are no more when they come at once", async () => {
    const { waitOf } = createTrier();
    const waits = await Promise.all(Array.from({ length: 50 }, waitOf));
    expect(waits.filter((wait) => wait === 0)).toHaveLength(5);
    expect(waits.every((wait) => wait === 0 || wait === secondMs)).toBe(true);
  });

  it("must wait to the last millisecond, and a try meanwhile does not make it longer", async () => {
    const { waits, waitOf, pass } = createTrier();
    await waits(5);
    pass(secondMs - 1);
    expect([await waitOf(), await waitOf(), await waitOf()]).toEqual([1, 1, 1]);
    pass(1);
    expect(await waitOf()).toBe(0);
  });

  it.each([
    { outcome: "not forgotten before 15 minutes are over", before: 4, quietMs: 15 * minuteMs - 1, free: 1 },
    { outcome: "forgotten after 15 minutes", before: 4, quietMs: 15 * minuteMs, free: 5 },
    { outcome: "not forgotten before 15 minutes have passed since the last wait", before: 16, quietMs: 30 * minuteMs - 1, free: 1 },
    { outcome: "forgotten 15 minutes after the last wait", before: 16, quietMs: 30 * minuteMs, free: 5 },
  ])("are $outcome", async ({ before, quietMs, free }) => {
    const { waits, waitOf, pass } = createTrier();
    await waits(before);
    pass(quietMs);
    const later = [await waitOf(), await waitOf(), await waitOf(), await waitOf(), await waitOf(), await waitOf()];
    expect(later.filter((wait) => wait === 0)).toHaveLength(free);
  });
});

describe("tries at one address", () => {
  it("never wait longer than a minute", async () => {
    const seconds = (await createTrier("signInAddress").waits(15)).map((ms) => ms / secondMs);
    expect(seconds).toEqual([0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60]);
  });
});

describe("what a workspace sends", () => {
  it("is 200 a day, then nothing until the day is over, and 200 again on the next", async () => {
    const { waitOf, pass } = createTrier("workspaceMail");
    const send = async (count: number) => (await Promise.all(Array.from({ length: count }, waitOf))).filter((wait) => wait === 0);
    expect(await send(100)).toHaveLength(100);
    pass(18 * hourMs);
    expect(await send(150)).toHaveLength(100);
    expect(await waitOf()).toBe(6 * hourMs);
    pass(6 * hourMs - 1);
    expect(await waitOf()).toBe(1);
    pass(1);
    expect(await send(250)).toHaveLength(200);
  });
});

describe("whoever must wait", () => {
  it.each([
    { policy: "signInIp", tries: 6, says: "Too many sign-ins from your network failed. Try again in a second." },
    { policy: "signInAddress", tries: 6, says: "Too many wrong passwords were given for this e-mail address. Try again in a second." },
    { policy: "mailAddress", tries: 4, says: "Too many e-mails were asked for to this address. Try again in 60 seconds." },
  ] as const)("is told what there was too much of, and for how long: $says", async ({ policy, tries, says }) => {
    const { attempt } = createTrier(policy);
    for (let i = 1; i < tries; i++) await attempt();
    await expect(attempt()).rejects.toMatchObject({ code: "rate_limited", message: says });
  });
});

describe("tries under several policies", () => {
  it("are held against nobody when one of them must wait", async () => {
    const [one, another] = [createTrier("signInIp"), createTrier("signInAddress")];
    await another.waits(5);
    for (let i = 0; i < 6; i++) {
      const both = countAttempts(one.ctx, [
        ["signInIp", one.who],
        ["signInAddress", another.who],
      ]);
      await expect(both).rejects.toMatchObject({ message: expect.stringContaining("wrong passwords") });
    }
    expect(await one.waitOf()).toBe(0);
  });
});

describe("a try that is taken back", () => {
  it("was none: any number of them never waits", async () => {
    const { attempt, takeBack, waitOf } = createTrier();
    for (let i = 0; i < 12; i++) await takeBack(attempt());
    expect(await waitOf()).toBe(0);
  });

  it("ends the wait that it caused, and leaves the others counted", async () => {
    const { waits, attempt, takeBack, waitOf } = createTrier();
    await waits(4);
    await takeBack(attempt());
    expect([await waitOf(), await waitOf()]).toEqual([0, secondMs]);
  });

  it.each([
    { what: "nothing was counted before", before: 0 },
    { what: "some were", before: 3 },
    { what: "there was a wait", before: 7 },
    { what: "there was a wait of minutes", before: 14 },
  ])("leaves everything as it was, when $what: later tries wait as those of somebody who never succeeded", async ({ before }) => {
    const [one, another] = [createTrier(), createTrier()];
    for (const each of [one, another]) await each.waits(before);
    for (const each of [one, another]) each.pass(14 * minuteMs);
    for (let i = 0; i < 3; i++) await one.takeBack(one.attempt());
    for (const each of [one, another]) each.pass(2 * minuteMs);
    expect(await one.waits(6)).toEqual(await another.waits(6));
  });

  it("does not end the wait of one that came after it", async () => {
    const { waits, attempt, takeBack, waitOf } = createTrier();
    await waits(3);
    const counted = attempt();
    await counted;
    expect(await waitOf()).toBe(0);
    await takeBack(counted);
    expect(await waitOf()).toBe(secondMs);
  });
});

describe("every policy", () => {
  it.each(Object.keys(attemptPolicies))("%s lets a first try pass", async (name) => {
    const policy = Object.keys(attemptPolicies).find((each): each is AttemptPolicyName => each === name);
    expect(await createTrier(policy).waitOf()).toBe(0);
  });
});
