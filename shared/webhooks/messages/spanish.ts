import { count } from "../../audits/index.ts";
import { roleNames } from "../../mail/index.ts";
import { type Aids, type DataOf, mostNamed, siteOf, type Wording } from "./wording.ts";

const pages = count("es", "página", "páginas");
const errors = count("es", "error", "errores");
const warnings = count("es", "advertencia", "advertencias");
const problems = count("es", "problema", "problemas");
const times = count("es", "vez", "veces");
const requests = count("es", "solicitud", "solicitudes");

const outOf100 = (score: number | null): string | null => (score === null ? null : `${score} de 100`);
const endpointName = ({ name, host }: DataOf<"webhook.failing" | "webhook.disabled">): string => (name === null ? host : `«${name}»`);

const sites = count("es", "sitio", "sitios");
const scoreWith = (score: number | null, change: number | null): string =>
  score === null ? "nada que puntuar" : `${score} de 100${change === null || change === 0 ? "" : ` (${change > 0 ? "+" : "−"}${Math.abs(change)})`}`;

/** How far an audit came. */
const reached = ({ url, pages: { fetched, failed }, startedAt, finishedAt }: DataOf<"audit.failed" | "audit.cancelled">, { numbers }: Aids) =>
  [
    ["Sitio", url],
    ["Páginas", numbers.count(fetched)],
    ["Páginas sin respuesta", failed === 0 ? null : numbers.count(failed)],
    ["Empezó", startedAt === null ? null : numbers.dateTime(startedAt)],
    ["Terminó", numbers.dateTime(finishedAt)],
  ] as const;

/** Every message in Spanish. */
export const spanish: Wording = {
  severities: { info: "Información", good: "Resuelto", warning: "Advertencia", error: "Error" },
  links: { report: "Abrir el informe", audit: "Ver la auditoría en la API", endpoint: "Ver el destino en la API" },
  types: {
    "audit.started": ({ url, startedAt }, { numbers }) => ({
      title: `Auditoría iniciada: ${siteOf(url)}`,
      text: `Ha empezado el rastreo de ${siteOf(url)}.`,
      facts: [
        ["Sitio", url],
        ["Empezó", numbers.dateTime(startedAt)],
      ],
    }),
    "audit.completed": ({ url, scores: { overall }, counts, pages: { fetched, failed }, startedAt, finishedAt }, { numbers }) => ({
      title: overall === null ? `Auditoría terminada: ${siteOf(url)}` : `Auditoría terminada: ${siteOf(url)} obtiene ${outOf100(overall)}`,
      text: `La auditoría de ${siteOf(url)} ha terminado. Ha mirado ${pages(fetched)} y ha encontrado ${errors(counts.error)} y ${warnings(counts.warning)}.${
        overall === null ? " No había nada que puntuar." : ""
      }`,
      facts: [
        ["Sitio", url],
        ["Puntuación", outOf100(overall)],
        ["Errores", numbers.count(counts.error)],
        ["Advertencias", numbers.count(counts.warning)],
        ["Páginas", numbers.count(fetched)],
        ["Páginas sin respuesta", failed === 0 ? null : numbers.count(failed)],
        ["Duró", startedAt === null ? null : numbers.duration(finishedAt - startedAt)],
        ["Terminó", numbers.dateTime(finishedAt)],
      ],
    }),
    "audit.failed": (data, aids) => ({
      title: `Auditoría fallida: ${siteOf(data.url)}`,
      text: `La auditoría de ${siteOf(data.url)} no se pudo terminar. Cuando el problema esté resuelto, vuelve a iniciarla.`,
      facts: [...reached(data, aids), ["Motivo (en inglés)", data.message]],
    }),
    "audit.cancelled": (data, aids) => ({
      title: `Auditoría cancelada: ${siteOf(data.url)}`,
      text: `Alguien ha detenido la auditoría de ${siteOf(data.url)}. Lo que encontró hasta entonces se puede seguir leyendo.`,
      facts: reached(data, aids),
    }),
    "audit.regressed": ({ url, origin, rules, scores, wellUntil, foundAt, confirmedAt }, { numbers, ruleOf }) => {
      const named = rules.slice(0, mostNamed).map(({ ruleId, title, pages: failing }) => {
        const rule = ruleOf(ruleId);
        return `${rule?.title ?? title}${rule?.scope === "site" ? "" : `: ${pages(failing)}`}`;
      });
      const more = rules.length > mostNamed ? [`y ${problems(rules.length - mostNamed)} más`] : [];
      return {
        title: `Peor que antes: ${siteOf(origin)}`,
        text: `No era así en la auditoría anterior, y al mirarlo por segunda vez seguía igual:\n${[...named, ...more].join("\n")}.`,
        facts: [
          ["Sitio", url],
          ["Puntuación anterior", outOf100(scores.before)],
          ["Puntuación actual", outOf100(scores.now)],
          ["Bien hasta", numbers.dateTime(wellUntil)],
          ["Encontrado", numbers.dateTime(foundAt)],
          ["Confirmado", numbers.dateTime(confirmedAt)],
        ],
      };
    },
    "finding.opened": ({ url, origin, ruleId, title, pages: failing, checked, since, auditedBefore }, { numbers, ruleOf }) => {
      const rule = ruleOf(ruleId);
      const where =
        rule?.scope === "site" ? "Afecta a todo el sitio." : `${failing === 1 ? "Lo tiene" : "Lo tienen"} ${numbers.count(failing)} de ${pages(checked)}.`;
      const first = auditedBefore ? "" : " Fue la primera auditoría de esta dirección, así que todo lo que encontró es nuevo.";
      return {
        title: `Nuevo hallazgo en ${siteOf(origin)}: ${rule?.title ?? title}`,
        text: `${where}${first}${rule === null ? "" : `\nCómo corregirlo: ${rule.fix}`}`,
        facts: [
          ["Sitio", url],
          ["Páginas", rule?.scope === "site" ? null : `${numbers.count(failing)} de ${numbers.count(checked)}`],
          ["Regla", ruleId],
          ["Desde", numbers.dateTime(since)],
        ],
      };
    },
    "finding.fixed": ({ url, origin, ruleId, title, pagesBefore, since }, { numbers, ruleOf }) => {
      const rule = ruleOf(ruleId);
      const before = `En la auditoría anterior ${pagesBefore === 1 ? "lo tenía" : "lo tenían"} ${pages(pagesBefore)}.`;
      return {
        title: `Corregido en ${siteOf(origin)}: ${rule?.title ?? title}`,
        text: rule?.scope === "site" ? "El sitio vuelve a superar esta comprobación." : `Ninguna página tiene ya este problema. ${before}`,
        facts: [
          ["Sitio", url],
          ["Regla", ruleId],
          ["Estaba desde", numbers.dateTime(since)],
        ],
      };
    },
    "report.ready": ({ from, to, siteCount, audited, better, worse, sites: told }, { numbers, day }) => ({
      title: `Informe listo: ${numbers.count(better)} mejor, ${numbers.count(worse)} peor`,
      text: [
        `Lo que ha mejorado y empeorado del ${day(from)} al ${day(to)}: ${sites(siteCount)}, con auditoría ${numbers.count(audited)}; ${problems(better)} menos y ${problems(worse)} más.`,
        ...told
          .slice(0, 10)
          .map(({ origin, auditId, score, change }) => `${siteOf(origin)}: ${auditId === null ? "sin auditoría en este tiempo" : scoreWith(score, change)}.`),
        ...(siteCount > 10 ? ["El informe tiene los demás sitios."] : []),
      ].join("\n"),
      facts: [
        ["Desde", numbers.dateTime(from)],
        ["Hasta", numbers.dateTime(to)],
        ["Sitios", numbers.count(siteCount)],
        ["Mejor", numbers.count(better)],
        ["Peor", numbers.count(worse)],
      ],
    }),
    "job.failed": ({ jobId, jobType, failures, createdAt }, { numbers }) => ({
      title: `Trabajo en segundo plano fallido: ${jobType}`,
      text: `Ha fallado ${times(failures)} ${failures === 1 ? "" : "seguidas "}y no se vuelve a intentar por sí solo. Quien opera esta instalación puede iniciarlo de nuevo.`,
      facts: [
        ["Trabajo", jobId],
        ["Se pidió", numbers.dateTime(createdAt)],
      ],
    }),
    "limit.reached": ({ caller, keyPrefix, principalId, userId, day, requests: asked, limited }, aids) => ({
      title: caller === "key" ? `La clave de API ${keyPrefix ?? principalId} ha llegado a un límite` : "Alguien que inició sesión ha llegado a un límite",
      text: `Ese día se ${limited === 1 ? "rechazó" : "rechazaron"} ${requests(limited)} de ${aids.numbers.count(asked)}, porque llegaban demasiado deprisa o eran demasiadas.`,
      facts: [
        ["Día (UTC)", aids.day(Date.parse(day))],
        ["Clave de API", caller === "key" ? (keyPrefix ?? principalId) : null],
        [caller === "key" ? "Creada por" : "Persona", userId],
      ],
    }),
    "user.invited": ({ role, invitedBy, expiresAt }, { numbers }) => ({
      title: "Se ha invitado a alguien al espacio de trabajo",
      text: `Su rol será: ${roleNames.es[role]}.`,
      facts: [
        ["Rol", roleNames.es[role]],
        ["Invita", invitedBy],
        ["Abierta hasta", numbers.dateTime(expiresAt)],
      ],
    }),
    "member.joined": ({ userId, role, invitedBy }) => ({
      title: "Alguien se ha unido al espacio de trabajo",
      text: `Ha aceptado una invitación. Su rol es: ${roleNames.es[role]}.`,
      facts: [
        ["Persona", userId],
        ["Rol", roleNames.es[role]],
        ["Invitó", invitedBy],
      ],
    }),
    "member.role-changed": ({ userId, role }) => ({
      title: "Alguien del espacio de trabajo tiene otro rol",
      text: `Su rol es ahora: ${roleNames.es[role]}.`,
      facts: [
        ["Persona", userId],
        ["Rol", roleNames.es[role]],
      ],
    }),
    "webhook.failing": (data, { numbers }) => ({
      title: `Nada llega al destino ${endpointName(data)}`,
      text: `Nada ha llegado allí desde el ${numbers.dateTime(data.since)}. Tras cinco días sin éxito el destino se desactiva. Sus entregas dicen por qué fallan.`,
      facts: [
        ["Destino", data.webhookId],
        ["Tipo", data.kind],
        ["Servidor", data.host],
        ["Desde", numbers.dateTime(data.since)],
      ],
    }),
    "webhook.disabled": (data) => ({
      title: `Destino desactivado: ${endpointName(data)}`,
      text: `${
        data.reason === "gone" ? "Ha dicho que ya no acepta nada más." : "Nada llegó allí durante cinco días."
      } Ya no se le envía nada. Cuando esté bien otra vez, actívalo: lo que espera se envía entonces.`,
      facts: [
        ["Destino", data.webhookId],
        ["Tipo", data.kind],
        ["Servidor", data.host],
      ],
    }),
  },
};
