/** The requests of OTLP, by signal. */
export type Signal = "traces" | "logs" | "metrics";

/** A value of an attribute that means something here; lists of text are kept as lists, maps and bytes are not. */
export type AttributeValue = string | number | boolean | string[];
export type Attributes = Record<string, AttributeValue>;

/** A log record that is an event, as the formats of the programs read it. */
export interface LogEvent {
  name: string;
  service: string;
  /** Its own and those of its resource. */
  attributes: Attributes;
  own: Attributes;
  timeUnixNano: unknown;
  /** The span it was sent from, where it names one. */
  span: { traceId: unknown; spanId: unknown };
  /** When it was. @throws Rejection when no time of it can be used. */
  time(): string;
}
