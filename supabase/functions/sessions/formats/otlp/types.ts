/** The requests of OTLP, by signal. */
export type Signal = "traces" | "logs" | "metrics";

/** A value of an attribute that means something here; lists of text are kept as lists, maps and bytes are not. */
export type AttributeValue = string | number | boolean | string[];
export type Attributes = Record<string, AttributeValue>;
