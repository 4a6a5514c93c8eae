import type { Language } from "../../platform/index.ts";
import type { MailContent } from "./content.ts";

/** One e-mail in words. Every text is one paragraph. */
export interface Words {
  readonly subject: string;
  readonly heading: string;
  readonly says: readonly string[];
  /** On the button; absent where there is nothing to open. */
  readonly action?: string;
  /** What to do when the reader did not ask for it. */
  readonly otherwise: string;
}

type Of<K extends MailContent["kind"]> = Extract<MailContent, { kind: K }>;

interface Wording {
  readonly kinds: { readonly [K in MailContent["kind"]]: (content: Of<K>, publicUrl: string) => Words };
  readonly worksUntil: (date: string) => string;
  readonly orCopy: string;
  readonly orCode: string;
  readonly sentBy: string;
}

/** What each role is called. */
export const roleNames: Readonly<Record<Language, Readonly<Record<Of<"invitation">["role"], string>>>> = {
  en: { admin: "admin", manager: "manager", qa: "QA", dev: "developer" },
  es: { admin: "administración", manager: "gestión", qa: "control de calidad (QA)", dev: "desarrollo" },
};

/** A time as nobody can misread it, whatever their language. */
const utc = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;

const nameOf = ({ name, email }: Of<"invitation">["inviter"]): string => (name.trim() === "" ? email : `${name} (${email})`);

const english: Wording = {
  kinds: {
    invitation: ({ inviter, workspace, role }) => ({
      subject: `Invitation to the workspace “${workspace}”`,
      heading: `You are invited to “${workspace}”`,
      says: [
        `${nameOf(inviter)} invites you to the workspace “${workspace}” on Mentha.`,
        `Your role there will be: ${roleNames.en[role]}.`,
        "Mentha audits web sites for search engines and AI answers.",
      ],
      action: "Accept the invitation",
      otherwise: "If you do not know who invites you, do nothing: without your consent nothing happens.",
    }),
    "reset-password": ({ email }) => ({
      subject: "Set a new password for Mentha",
      heading: "Set a new password",
      says: [`Somebody asked to set a new password for the account ${email}.`],
      action: "Set a new password",
      otherwise: "If that was not you, do nothing: your password stays as it is. Give the link and the code to nobody.",
    }),
    "verify-email": ({ email }) => ({
      subject: "Confirm your e-mail address for Mentha",
      heading: "Confirm your e-mail address",
      says: [`Confirm that ${email} is your address, so that it can be used for your account on Mentha.`],
      action: "Confirm the address",
      otherwise: "If you did not ask for this, do nothing: the address will not be used.",
    }),
    "password-changed": ({ email }) => ({
      subject: "Your password for Mentha was changed",
      heading: "Your password was changed",
      says: [`The password of the account ${email} was changed.`],
      otherwise:
        "If that was not you, set a new password at once, on the page /forgot-password of the address below, and tell the people who run this installation.",
    }),
    "email-changed": ({ email }) => ({
      subject: "Your e-mail address for Mentha was changed",
      heading: "Your e-mail address was changed",
      says: [`The account that had the address ${email} has another one now. This is the last e-mail to this address.`],
      otherwise: "If that was not you, tell the people who run this installation at once: only they can give you the account back.",
    }),
    notification: ({ type, words: { en }, more, workspace, path }, publicUrl) => ({
      subject: `${en.title} – ${workspace.name}`,
      heading: en.title,
      says: [en.text, ...(more?.en ?? []), `Workspace: ${workspace.name} (${workspace.id})`, ...(path === null ? [] : [`In the API: ${publicUrl}${path}`])],
      otherwise: `If you do not want e-mails of this kind, run: npx mentha inbox --email-off ${type} --workspace ${workspace.id}`,
    }),
    "dead-letter-digest": ({ parked, failedJobs, oldestAt }, publicUrl) => ({
      subject: "Mentha could not process everything",
      heading: "Something waits for your decision",
      says: [
        `Since the last e-mail of this kind some work of ${publicUrl} failed for good. The oldest of it has waited since ${utc(oldestAt)}.`,
        ...parked.map(({ queue, errorCode, count }) => `Messages of the queue ${queue} that failed with ${errorCode}: ${count}`),
        ...failedJobs.map(({ type, count }) => `Background jobs of the type ${type} that failed: ${count}`),
        ...(parked.length === 0 ? [] : [`To look at messages: GET ${publicUrl}/api/admin/dead-letters. To send one again: POST …/{id}/replay.`]),
        ...(failedJobs.length === 0 ? [] : [`To look at jobs: GET ${publicUrl}/api/admin/jobs?state=failed. To start one again: POST …/{id}/retry.`]),
        "Remove the cause first: what the log says at these times tells of it.",
      ],
      otherwise: "You get this as an operator of the installation. If you do not want more of these, pause its schedule “dead-letter-digest”.",
    }),
  },
  worksUntil: (date) => `The link and the code work once, until ${date}.`,
  orCopy: "If the button does not work, copy this address into your browser:",
  orCode: "Or enter this code:",
  sentBy: "Sent by Mentha at",
};

const spanish: Wording = {
  kinds: {
    invitation: ({ inviter, workspace, role }) => ({
      subject: `Invitación al espacio de trabajo «${workspace}»`,
      heading: `Tienes una invitación a «${workspace}»`,
      says: [
        `${nameOf(inviter)} te invita al espacio de trabajo «${workspace}» en Mentha.`,
        `Tu rol allí será: ${roleNames.es[role]}.`,
        "Mentha audita sitios web para los buscadores y las respuestas de la IA.",
      ],
      action: "Aceptar la invitación",
      otherwise: "Si no sabes quién te invita, no hagas nada: sin tu consentimiento no pasa nada.",
    }),
    "reset-password": ({ email }) => ({
      subject: "Elige una contraseña nueva para Mentha",
      heading: "Elige una contraseña nueva",
      says: [`Alguien pidió una contraseña nueva para la cuenta ${email}.`],
      action: "Elegir una contraseña nueva",
      otherwise: "Si no fuiste tú, no hagas nada: tu contraseña sigue siendo la misma. No des el enlace ni el código a nadie.",
    }),
    "verify-email": ({ email }) => ({
      subject: "Confirma tu dirección de correo para Mentha",
      heading: "Confirma tu dirección de correo",
      says: [`Confirma que ${email} es tu dirección para que se pueda usar en tu cuenta de Mentha.`],
      action: "Confirmar la dirección",
      otherwise: "Si no lo pediste tú, no hagas nada: la dirección no se usará.",
    }),
    "password-changed": ({ email }) => ({
      subject: "Se ha cambiado tu contraseña de Mentha",
      heading: "Se ha cambiado tu contraseña",
      says: [`Se ha cambiado la contraseña de la cuenta ${email}.`],
      otherwise:
        "Si no fuiste tú, elige enseguida una contraseña nueva en la página /forgot-password de la dirección de abajo y avisa a quienes administran esta instalación.",
    }),
    "email-changed": ({ email }) => ({
      subject: "Se ha cambiado tu dirección de correo en Mentha",
      heading: "Se ha cambiado tu dirección de correo",
      says: [`La cuenta que tenía la dirección ${email} tiene ahora otra. Este es el último mensaje a esta dirección.`],
      otherwise: "Si no fuiste tú, avisa enseguida a quienes administran esta instalación: solo ellos pueden devolverte la cuenta.",
    }),
    notification: ({ type, words: { es }, more, workspace, path }, publicUrl) => ({
      subject: `${es.title} – ${workspace.name}`,
      heading: es.title,
      says: [
        es.text,
        ...(more?.es ?? []),
        `Espacio de trabajo: ${workspace.name} (${workspace.id})`,
        ...(path === null ? [] : [`En la API: ${publicUrl}${path}`]),
      ],
      otherwise: `Si no quieres correos de este tipo, ejecuta: npx mentha inbox --email-off ${type} --workspace ${workspace.id}`,
    }),
    "dead-letter-digest": ({ parked, failedJobs, oldestAt }, publicUrl) => ({
      subject: "Mentha no pudo procesarlo todo",
      heading: "Hay algo que espera tu decisión",
      says: [
        `Desde el último correo de este tipo, parte del trabajo de ${publicUrl} falló definitivamente. Lo más antiguo espera desde el ${utc(oldestAt)}.`,
        ...parked.map(({ queue, errorCode, count }) => `Mensajes de la cola ${queue} que fallaron con ${errorCode}: ${count}`),
        ...failedJobs.map(({ type, count }) => `Tareas en segundo plano del tipo ${type} que fallaron: ${count}`),
        ...(parked.length === 0 ? [] : [`Para ver los mensajes: GET ${publicUrl}/api/admin/dead-letters. Para reenviar uno: POST …/{id}/replay.`]),
        ...(failedJobs.length === 0
          ? []
          : [`Para ver las tareas: GET ${publicUrl}/api/admin/jobs?state=failed. Para volver a empezar una: POST …/{id}/retry.`]),
        "Elimina antes la causa: lo que dice el registro a esas horas habla de ella.",
      ],
      otherwise: "Recibes esto porque administras la instalación. Si no quieres recibir más, pausa su programación «dead-letter-digest».",
    }),
  },
  worksUntil: (date) => `El enlace y el código sirven una sola vez, hasta el ${date}.`,
  orCopy: "Si el botón no funciona, copia esta dirección en tu navegador:",
  orCode: "O introduce este código:",
  sentBy: "Enviado por Mentha en",
};

export const wording: Readonly<Record<Language, Wording>> = { en: english, es: spanish };

/** The words for a content, in a language; `publicUrl` is where people reach this installation. */
export function wordsFor<K extends MailContent["kind"]>(language: Language, content: Of<K>, publicUrl: string): Words {
  const kind: K = content.kind;
  return wording[language].kinds[kind](content, publicUrl);
}
