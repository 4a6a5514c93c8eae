import { checkUrl, hostOf, isAddress } from "../../platform/index.ts";
import { type LookForProof, proofName } from "./proof.ts";
import { publicOnly, txtRecords } from "./txt-records.ts";

/** A TXT record of the host, or of the name kept for that below it, has the token. */
export const lookForDns: LookForProof = async ({ origin, token }, deps) => {
  const host = hostOf(new URL(origin));
  const names = [`_mentha.${host}`, host];
  const record = `${proofName}=${token}`;
  const lookedFor = `A TXT record ${record} at ${names.join(" or ")}`;
  if (!isPublicName(host)) {
    return { isProof: false, lookedFor, found: `The public DNS knows no records of ${host}.`, todo: "Use the file or the meta element for this site." };
  }
  const answers = await Promise.all(names.map((name) => txtRecords(name, deps)));
  const records = answers.flatMap((answer) => answer ?? []).map((text) => text.trim());
  const isProof = records.includes(record);
  return {
    isProof,
    lookedFor,
    found: isProof ? "The record is there." : foundAmong(records, answers.includes(null)),
    todo: isProof ? null : `Add a TXT record at _mentha.${host} with the text ${record}. It may take an hour until it is seen everywhere.`,
  };
};

/** Names of private networks are not told to public resolvers. */
function isPublicName(host: string): boolean {
  if (isAddress(host)) return false;
  try {
    checkUrl(`https://${host}/`, publicOnly);
    return true;
  } catch {
    return false;
  }
}

function foundAmong(records: readonly string[], isSilent: boolean): string {
  if (isSilent) return "The DNS did not answer. Try again in a moment.";
  return records.some((text) => text.startsWith(`${proofName}=`)) ? "There is such a record, but with another token." : "There is no such record.";
}
