import type { z } from "zod";
import type { Ask, FailedVerdict, Kind, Shipment, Verdict } from "./kind.ts";

/** What was given for an endpoint beside its address, as the schemas of its kind parse it. */
interface Settings<Credentials, Options> {
  readonly credentials: Credentials;
  readonly options: Options;
}

interface Definition<Credentials, Options> extends Omit<Kind, "deliver"> {
  readonly deliver: (shipment: Shipment, ask: Ask, settings: Settings<Credentials, Options>) => Promise<Verdict>;
}

const unreadable: FailedVerdict = {
  is: "failed",
  failure: "settings",
  message: "The credentials or options of this endpoint cannot be read. Set them again.",
  retry: "never",
};

/** A kind whose settings are read here and nowhere else, by the schemas that let them in: with those that cannot be read any more nothing is asked. */
export function defineKind<Credentials, Options>(
  schemas: Settings<z.ZodType<Credentials>, z.ZodType<Options>>,
  { deliver, ...rest }: Definition<Credentials, Options>,
): Kind {
  return {
    ...rest,
    async deliver(shipment, ask) {
      const credentials = schemas.credentials.safeParse(shipment.target.credentials);
      const options = schemas.options.safeParse(shipment.options);
      if (!credentials.success || !options.success) return unreadable;
      return deliver(shipment, ask, { credentials: credentials.data, options: options.data });
    },
  };
}
