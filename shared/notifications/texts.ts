import { count } from "../audits/index.ts";
import { roleNames } from "../mail/index.ts";
import { dayAt, type Language } from "../platform/index.ts";
import type { Notification, NotificationType } from "./schemas.ts";

const problems = { en: count("en", "problem", "problems"), es: count("es", "problema", "problemas") };

const sitesIn = { en: count("en", "site", "sites"), es: count("es", "sitio", "sitios") };

interface InWords {
  readonly title: string;
  readonly text: string;
}

/** A notification's type and data. */
export type Told = { [T in NotificationType]: { readonly type: T; readonly data: Extract<Notification, { type: T }>["data"] } }[NotificationType];
type Of<T extends NotificationType> = Extract<Told, { type: T }>;

type Wording = { readonly [T in NotificationType]: (told: Of<T>) => InWords };

const english: Wording = {
  "audit.completed": ({ data: { url, score } }) => ({
    title: "Audit completed",
    text: score === null ? `The audit of ${url} is done. There was nothing to score.` : `The audit of ${url} is done. Its score is ${score} of 100.`,
  }),
  "audit.failed": ({ data: { url } }) => ({ title: "Audit failed", text: `The audit of ${url} could not be finished. The audit itself says why.` }),
  "audit.regressed": ({ data: { url, problems: found, scoreBefore, score } }) => ({
    title: "A site got worse",
    text: `The audit of ${url} found ${problems.en(found)} that the one before did not find, or not on these pages, and a second look found the same.${
      scoreBefore === null || score === null || score >= scoreBefore ? "" : ` The score fell from ${scoreBefore} to ${score}.`
    }`,
  }),
  "member.joined": ({ data: { name } }) => ({
    title: "New member",
    text: `${name === "" ? "Somebody" : name} accepted an invitation and joined the workspace.`,
  }),
  "member.role-changed": ({ data: { role } }) => ({ title: "Your role was changed", text: `Your role in the workspace is now: ${roleNames.en[role]}.` }),
  "report.ready": ({ data: { sites, audited, better, worse } }) => ({
    title: "A report is ready",
    text: `It tells of ${sitesIn.en(sites)}, ${audited} of them audited in its time: ${problems.en(better)} fixed, ${problems.en(worse)} new.`,
  }),
  "webhook.failing": ({ data: { name, since } }) => ({
    title: "A webhook does not arrive",
    text: `Nothing that was sent to the webhook ${name} has arrived since ${dayAt(since)}. Look at its deliveries: after five days it is disabled.`,
  }),
  "webhook.disabled": ({ data: { name, reason } }) => ({
    title: "Webhook disabled",
    text:
      reason === "gone"
        ? `The webhook ${name} was disabled: its receiver answered that it takes nothing more. Delete it, or give it another address and enable it again.`
        : `The webhook ${name} was disabled: nothing that was sent to it arrived for five days. Enable it again once its receiver works; what waits is sent then.`,
  }),
};

const spanish: Wording = {
  "audit.completed": ({ data: { url, score } }) => ({
    title: "Auditoría terminada",
    text:
      score === null
        ? `La auditoría de ${url} ha terminado. No había nada que puntuar.`
        : `La auditoría de ${url} ha terminado. Su puntuación es ${score} de 100.`,
  }),
  "audit.failed": ({ data: { url } }) => ({
    title: "Auditoría fallida",
    text: `La auditoría de ${url} no se pudo terminar. La propia auditoría dice por qué.`,
  }),
  "audit.regressed": ({ data: { url, problems: found, scoreBefore, score } }) => ({
    title: "Un sitio ha empeorado",
    text: `La auditoría de ${url} ha encontrado ${problems.es(found)} que la anterior no encontró, o no en esas páginas, y al mirarlo por segunda vez seguía igual.${
      scoreBefore === null || score === null || score >= scoreBefore ? "" : ` La puntuación ha bajado de ${scoreBefore} a ${score}.`
    }`,
  }),
  "member.joined": ({ data: { name } }) => ({
    title: "Nueva persona en el equipo",
    text: `${name === "" ? "Alguien" : name} ha aceptado una invitación y se ha unido al espacio de trabajo.`,
  }),
  "member.role-changed": ({ data: { role } }) => ({ title: "Se ha cambiado tu rol", text: `Tu rol en el espacio de trabajo es ahora: ${roleNames.es[role]}.` }),
  "report.ready": ({ data: { sites, audited, better, worse } }) => ({
    title: "Hay un informe listo",
    text: `Habla de ${sitesIn.es(sites)}, con ${audited} auditados en su tiempo: ${problems.es(better)} menos y ${problems.es(worse)} más.`,
  }),
  "webhook.failing": ({ data: { name, since } }) => ({
    title: "Un webhook no llega",
    text: `Nada de lo enviado al webhook ${name} ha llegado desde el ${dayAt(since)}. Mira sus entregas: tras cinco días se desactiva.`,
  }),
  "webhook.disabled": ({ data: { name, reason } }) => ({
    title: "Webhook desactivado",
    text:
      reason === "gone"
        ? `El webhook ${name} se ha desactivado: su receptor respondió que ya no acepta nada más. Elimínalo, o dale otra dirección y actívalo de nuevo.`
        : `El webhook ${name} se ha desactivado: nada de lo enviado llegó durante cinco días. Actívalo de nuevo cuando su receptor funcione; lo pendiente se enviará entonces.`,
  }),
};

const wording: Readonly<Record<Language, Wording>> = { en: english, es: spanish };

/** A notification in a language. */
export function inWords<T extends NotificationType>(language: Language, told: Of<T>): InWords {
  const type: T = told.type;
  return wording[language][type](told);
}
