import type { EndpointSettings } from "./endpoint.ts";
import type { Projection } from "./projection.ts";
import type { Told } from "./told.ts";

interface TellReportsDeps {
  readonly projection: Pick<Projection, "reports" | "standings">;
  /** Tells those who run the installation of an attempt that is stored nowhere. */
  readonly parked: (cause: unknown) => void;
}

/**
 * Has the database know these reports.
 * @param isDoubted whether one of them may be what the database never takes; asked when it does not take all of them together
 * @throws what it failed with; then all of them are to be told again
 */
export async function tellReports(
  { projection, parked }: TellReportsDeps,
  settings: EndpointSettings,
  reports: readonly Told[],
  isDoubted: () => boolean,
): Promise<void> {
  /** One that cannot be stored although the database answers is left out; what became of its delivery is not. */
  const tellOne = async (told: Told): Promise<void> => {
    try {
      await projection.reports(settings, [told]);
    } catch {
      await projection.standings(settings, [told]);
      // The database answers; should it have been away a moment ago, the attempt is taken now.
      await projection.reports(settings, [told]).catch((cause: unknown) => {
        parked(new Error(`Attempt ${told.attempt} of ${told.deliveryId} could not be stored.`, { cause }));
      });
    }
  };
  try {
    await projection.reports(settings, reports);
  } catch (error) {
    if (!isDoubted()) throw error;
    for (const told of reports) await tellOne(told);
  }
}
