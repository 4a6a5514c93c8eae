import { Webhook, WebhookVerificationError } from "standardwebhooks";
import type { Arrival } from "./receiver.ts";

/** Why a request was not signed with the secret in the last five minutes, in a sentence's end; null when it was. */
export function faultOf(secret: string, { headers, body }: Arrival): string | null {
  try {
    new Webhook(secret).verify(body, headers, { jsonParse: false });
    return null;
  } catch (thrown) {
    if (thrown instanceof WebhookVerificationError) return thrown.message;
    throw thrown;
  }
}

/** Whether a text can be a secret to sign with: `whsec_` and base64 of 24 to 64 bytes, as Standard Webhooks says. */
export function isSigningSecret(text: string): boolean {
  const [, base64 = ""] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  const { length } = Buffer.from(base64, "base64");
  return base64.length % 4 === 0 && length >= 24 && length <= 64;
}
