import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { sign } from "../../../../../../shared/webhooks/kinds/http/sign.ts";

const now = Date.UTC(2026, 10, 22, 12);
const secretOf = (letter: string): string => `whsec_${btoa(letter.repeat(32))}`;
const [newest, replaced, older] = [secretOf("n"), secretOf("r"), secretOf("o")];
const body = '{"data":"ñandú 🐦"}';
const signed = { id: "dlv_1", body, now: Date.now() };

const verifies = (secret: string, headers: object, text = body): boolean => {
  try {
    new Webhook(secret).verify(text, { ...headers });
    return true;
  } catch {
    return false;
  }
};

describe("a signature", () => {
  // The example of the specification (github.com/standard-webhooks/standard-webhooks).
  it("is that of Standard Webhooks", async () => {
    const secrets = [{ secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", until: null }];
    const headers = await sign(secrets, { id: "msg_p5jXN8AQM9LWM0D4loKWxJek", body: '{"test": 2432232314}', now: 1_614_265_330_000 });
    expect(headers).toEqual({
      "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    });
  });

  it("is that of each secret in force, of the newest first", async () => {
    const secrets = [
      { secret: newest, until: null },
      { secret: replaced, until: now + 1 },
      { secret: older, until: now },
    ];
    const headers = await sign(secrets, { id: "dlv_1", body, now });
    const alone = await Promise.all([newest, replaced].map((secret) => sign([{ secret, until: null }], { id: "dlv_1", body, now })));
    expect(headers["webhook-signature"]).toBe(alone.map((each) => each["webhook-signature"]).join(" "));
  });

  it("holds for both secrets while they overlap, and for no other", async () => {
    const headers = await sign(
      [
        { secret: newest, until: null },
        { secret: replaced, until: signed.now + 1_000 },
      ],
      signed,
    );
    expect([newest, replaced, older].map((secret) => verifies(secret, headers))).toEqual([true, true, false]);
    expect(verifies(newest, headers, `${body} `)).toBe(false);
  });

  it("rests on a secret of any length, padded or not", async () => {
    for (const bytes of [24, 32, 47, 64]) {
      const padded = `whsec_${btoa("k".repeat(bytes))}`;
      expect(verifies(padded, await sign([{ secret: padded.replace(/=+$/, ""), until: null }], signed))).toBe(true);
    }
  });

  it("cannot be made of a secret that is no base64, nor of none: the error says so without the secret", async () => {
    const error: unknown = await sign([{ secret: "whsec_§§§§", until: null }], signed).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "invalid", message: expect.not.stringContaining("§§§§") });
    expect(error).not.toHaveProperty("cause");
    await expect(sign([{ secret: newest, until: 5 }], signed)).rejects.toMatchObject({ code: "invalid" });
  });
});
