import { type Claim, type Figure, median } from "../claim.ts";
import { startPeopledMentha } from "../people.ts";

/** Whatever anybody may ask about an address, and how often it is asked; what hashes a password takes longer. */
const questions = [
  { path: "login", samples: 60, bodyOf: (email: string) => ({ email, password: "not their password" }) },
  { path: "check-email", samples: 300, bodyOf: (email: string) => ({ email }) },
  { path: "forgot-password", samples: 300, bodyOf: (email: string) => ({ email }) },
] as const;

const warmUps = 5;
const most = warmUps + Math.max(...questions.map(({ samples }) => samples));

/** Milliseconds until the answer has arrived. Each question comes from a place of its own: none waits because others asked before. */
async function time(url: string, body: object, place: number): Promise<number> {
  const headers = { "Content-Type": "application/json", "CF-Connecting-IP": `10.${place >> 16}.${(place >> 8) & 255}.${place & 255}` };
  const start = performance.now();
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  await response.arrayBuffer();
  if (response.status === 429 || response.status >= 500) throw new Error(`${url} answered ${response.status}.`);
  return performance.now() - start;
}

function figuresOf(path: string, known: readonly number[], unknown: readonly number[]): Figure[] {
  const percentile90 = (times: readonly number[]) => times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.9)] ?? Number.NaN;
  return [
    { name: `${path}: median time of an address with an account ÷ without`, value: median(known) / median(unknown), unit: "×", atLeast: 0.8, atMost: 1.25 },
    { name: `${path}: the same of the slowest tenth`, value: percentile90(known) / percentile90(unknown), unit: "×" },
    { name: `${path}: median time without an account`, value: median(unknown), unit: "ms" },
  ];
}

export const signInEnumeration: Claim = {
  says: "How long an answer takes does not say whether an e-mail address has an account.",
  async run(log) {
    await using mentha = await startPeopledMentha(most);
    let place = 0;
    const figures: Figure[] = [];
    for (const { path, samples, bodyOf } of questions) {
      const ask = (email: string) => time(`${mentha.url}/api/v1/auth/${path}`, bodyOf(email), place++);
      const times = { known: [] as number[], unknown: [] as number[] };
      for (let i = 0; i < warmUps + samples; i++) {
        const asks = [async () => times.known.push(await ask(mentha.known[i] ?? "")), async () => times.unknown.push(await ask(`nobody-${i}@example.com`))];
        // Each goes first as often as the other, since what runs second finds everything warm.
        for (const one of i % 2 === 0 ? asks : asks.toReversed()) await one();
      }
      figures.push(...figuresOf(path, times.known.slice(warmUps), times.unknown.slice(warmUps)));
      log(`${path}: ${samples} addresses of either kind`);
    }
    return figures;
  },
};
