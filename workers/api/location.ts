/** The header that says where something is found: `/api/v1/audits/{id}` with its own values in place of the names in braces. */
export function locationOf(template: string, found: object): { Location: string } {
  return { Location: template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(Reflect.get(found, name)))) };
}
