import { z } from "zod";
import { Secret } from "./secret.ts";

/** Who e-mails come from. */
export interface MailSender {
  /** Shown beside the address; null shows the address alone. */
  readonly name: string | null;
  readonly address: string;
}

/**
 * How e-mails leave: not at all, into the mailbox for development, through Resend, or through the binding `EMAIL` of Cloudflare.
 */
export type MailSettings =
  | { readonly via: "nothing" }
  | { readonly via: "mailbox" }
  | { readonly via: "resend"; readonly from: MailSender; readonly apiKey: Secret }
  | { readonly via: "binding"; readonly from: MailSender };

/** `ada@example.com` or `Web team <ada@example.com>`. The name holds nothing that could end it where it is quoted (RFC 5322, 3.2.4). */
const sender = /^(?:(?<name>[^"<>\\\p{Cc}\p{Zl}\p{Zp}]{1,100}) <(?<named>[^<>]+)>|(?<bare>[^<>]+))$/u;
const address = z.email().max(254);

const notSender = "must be an address such as mentha@example.com or Mentha <mentha@example.com>";
const MailSender = z.string({ error: notSender }).transform((text, ctx): MailSender => {
  const { name, named, bare } = sender.exec(text.trim())?.groups ?? {};
  const { data } = address.safeParse(named ?? bare);
  if (data !== undefined) return { name: name?.trim() ?? null, address: data };
  ctx.addIssue({ code: "custom", message: notSender });
  return z.NEVER;
});

const notResendKey = "must look like re_ and letters, digits and underscores";
const emptyIsAbsent = (value: unknown) => (value === "" ? undefined : value);

/** The variables, secrets and bindings that e-mail needs. */
export const mailVariables = {
  MAIL_FROM: z.preprocess(emptyIsAbsent, MailSender.optional()),
  RESEND_API_KEY: z.preprocess(
    emptyIsAbsent,
    z
      .string()
      .regex(/^re_\w{8,200}$/, { error: notResendKey })
      .optional(),
  ),
  EMAIL: z.unknown().optional(),
};

type MailVariables = Partial<z.infer<z.ZodObject<typeof mailVariables>>> & { readonly ENVIRONMENT?: string };

/** Whether somebody said who e-mails come from, in case anybody said how they leave. */
export function hasSender({ MAIL_FROM, RESEND_API_KEY, EMAIL, ENVIRONMENT }: MailVariables): boolean {
  return MAIL_FROM !== undefined || (RESEND_API_KEY === undefined && (EMAIL === undefined || ENVIRONMENT !== "production"));
}

/**
 * Of two ways Resend is taken: its key was set on purpose. Outside production the binding is none, as no runtime but Cloudflare's sends through it.
 */
export function mailSettings({ MAIL_FROM: from, RESEND_API_KEY, EMAIL, ENVIRONMENT }: MailVariables): MailSettings {
  if (from !== undefined && RESEND_API_KEY !== undefined) return { via: "resend", from, apiKey: new Secret(RESEND_API_KEY) };
  if (ENVIRONMENT !== "production") return { via: "mailbox" };
  return from !== undefined && EMAIL !== undefined ? { via: "binding", from } : { via: "nothing" };
}
