import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { recordChange } from "../../../../shared/audit-log/index.ts";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { parkedMessages, users } from "../../../../shared/db/schema/index.ts";
import { commit, newId } from "../../../../shared/platform/index.ts";
import { ask, goodPassword, triesOf } from "../../../helpers/worker/accounts.ts";
import { type SeededWorkspace, seedWorkspace } from "../../../helpers/worker/api.ts";
import { memberOf } from "../../../helpers/worker/audit-log.ts";
import { storeMail, untilErased } from "../../../helpers/worker/erasures.ts";
import { everything, placesOf } from "../../../helpers/worker/everything.ts";
import { always, injectFaults, stopFaults } from "../../../helpers/worker/faults.ts";
import { seedMember, seedPassword, signedIn } from "../../../helpers/worker/people.ts";

afterEach(() => void stopFaults());

const db = directoryDatabase(env);
const address = "n@acme.co";

let workspace: SeededWorkspace;
let leaver = "";
beforeEach(async () => {
  workspace = await seedWorkspace();
  leaver = await seedMember(await seedWorkspace(), { role: "dev" });
  await db.update(users).set({ email: address }).where(eq(users.id, leaver));
  await seedPassword(leaver, goodPassword);
});

const leave = async () => expect((await (await signedIn(leaver))("DELETE", "/api/v1/me", { password: goodPassword })).status).toBe(204);

/** Puts an address wherever an erasure looks for one; `mark` tells apart who stored it. */
async function store(email: string, mark: string): Promise<void> {
  const ctx = memberOf(workspace);
  const change = { action: "invitation.create", targetId: newId("invitation"), after: { email, mark } } as const;
  await commit(db, [recordChange(ctx, db, change)]);
  const letter = { queue: "work", errorCode: "internal", attempts: 1, parkedAt: Date.now() };
  await db.insert(parkedMessages).values([
    { ...letter, id: newId("parked"), messageId: newId("event"), body: JSON.stringify({ to: email, mark }), errorMessage: "no" },
    { ...letter, id: newId("parked"), messageId: newId("event"), body: "{}", errorMessage: `no mailbox ${email}: ${mark}` },
  ]);
  await env.STORE.put(`dead-letters-unreadable/work/${newId("event")}.json`, `{"to":"${email}","mark":"${mark}`);
}

describe("an erasure by address", () => {
  it.each(["jan@acme.co", "n@acme.com", "n@acme.co.uk"])(
    "leaves everything of %s, which has it as a part",
    async (neighbour) => {
      const mark = newId("request");
      await store(neighbour, mark);
      await storeMail({ to: "somebody@example.com", text: `${mark} ${neighbour}` });
      await store(address, "canaryown");
      await leave();
      await untilErased();
      expect(await placesOf("canaryown")).toEqual([]);
      const kept = (await everything()).filter(({ text }) => text.includes(mark)).map(({ place }) => String(place.split("/")[0]));
      expect(kept.sort()).toEqual(["audit_log", "dead-letters-unreadable", "dev-mail", "parked_messages", "parked_messages"]);
    },
    60_000,
  );

  it("leaves what came after the deletion, which is of whoever has the address then", async () => {
    await store(address, "canaryold");
    injectFaults(always("work", "lose"));
    await leave();
    stopFaults();
    // The next millisecond is after it.
    await scheduler.wait(5);
    await store(address, "newowner");
    await ask("POST", "/auth/login", { body: { email: address, password: "a wrong password" } });
    await untilErased();
    expect(await placesOf("canaryold")).toEqual([]);
    expect((await placesOf("newowner")).map((place) => place.split("/")[0])).toEqual(["audit_log", "dead-letters-unreadable", "parked_messages"]);
    expect(await triesOf("signInAddress", address)).toBe(1);
  }, 60_000);
});
