/** Why the API refused: its problem document, or that it could not be reached. */
export class Refusal extends Error {
  /** Of the problem; `unreachable` when there was no answer. */
  readonly code: string;
  readonly seconds: string | null;
  readonly fields: readonly { readonly name: string; readonly message: string }[];

  constructor(code: string, message: string, { seconds = null, fields = [] }: Partial<Pick<Refusal, "seconds" | "fields">> = {}) {
    super(message);
    this.code = code;
    this.seconds = seconds;
    this.fields = fields;
  }
}

/** Posts to the API and answers what it sent; undefined when that is nothing. @throws Refusal */
export async function ask(path: string, body?: Readonly<Record<string, string>>, accessToken?: string): Promise<unknown> {
  const headers = {
    ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    ...(accessToken === undefined ? {} : { Authorization: `Bearer ${accessToken}` }),
  };
  const answer = await fetch(path, { method: "POST", headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }).catch((cause: unknown) => {
    throw new Refusal("unreachable", String(cause));
  });
  const says = await jsonOf(answer);
  if (answer.ok) return says;
  throw refusalOf(says, answer);
}

async function jsonOf(answer: Response): Promise<unknown> {
  const text = await answer.text().catch(() => "");
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusalOf(problem: unknown, { status, headers }: Response): Refusal {
  const errors = valueAt(problem, "errors");
  const fields = (Array.isArray(errors) ? errors : []).map((error) => ({
    name: textAt(error, "path").replace(/^body\./, ""),
    message: textAt(error, "message"),
  }));
  // Support finds a fault of the server by its request.
  const request = status >= 500 ? ` (${headers.get("X-Request-Id") ?? status})` : "";
  const detail = textAt(problem, "detail") || `HTTP ${status}`;
  return new Refusal(textAt(problem, "code"), `${detail}${request}`, { seconds: headers.get("Retry-After"), fields });
}

/** A value inside of parsed JSON; undefined where there is none. */
export function valueAt(json: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => (typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined), json);
}

/** A text inside of parsed JSON; empty where there is none. */
export function textAt(json: unknown, ...path: readonly string[]): string {
  const value = valueAt(json, ...path);
  return typeof value === "string" ? value : "";
}
