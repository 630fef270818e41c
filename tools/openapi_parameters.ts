/** What a parameter means wherever it has this name; a route that means more by it says so itself. */
const meanings: Record<string, string> = {
  age_group: "Only events of persons of this age group.",
  gender: "Only events of persons of this gender.",
  event: "The name of an event.",
  property: "The property of the events whose values are counted, with `breakdown=property`.",
  depth: "How many events on.",
  window: "How long a person may take from the first step to the last, as in `7d` or `12h`.",
  order: "`loose`: other events may come between two steps; `strict`: none may.",
  repository: "Only this repository, `owner/name`.",
  format: "How the answer is written.",
  start_event: "The event that makes a person part of a cohort; without it, their first.",
  return_event: "The event that counts as coming back; without it, any.",
  email: "The address of the person.",
  token: "The token of the link in the mail.",
  state: "Only those in this state.",
  "x-github-event": "What happened, as GitHub names it.",
  "x-github-delivery": "GitHub's id of the delivery: once counted, it is not counted again.",
  interval: "How long a bucket is. A week begins on Monday.",
  granularity: "How long a bucket is. A week begins on Monday.",
  action: "Only what was done so.",
  object_type: "Only what was done to things of this kind.",
  invitation_id: "The invitation.",
  key_id: "The key, by the id in its prefix.",
  user_id: "The person.",
  developer_id: "The developer: the login or address that their commits carry.",
  start: "The first day.",
  end: "The last day, included.",
  sort_by: "What the list is sorted by.",
  sort_order: "Which end comes first.",
  signal: "What is exported.",
  model: "The name of the model.",
  valid_from: "The day from which the price holds.",
  login: "The login or address that their commits carry.",
  call: "The method of Segment's API.",
  id: "Which one, by its id.",
};

interface Parameter {
  name: string;
  description?: string;
}

/** The document with a description of every parameter. */
export function withMeanings<Document extends { paths?: Record<string, unknown> }>(
  document: Document,
): Document {
  const paths = Object.entries(document.paths ?? {}).map(([path, item]) => [
    path,
    Object.fromEntries(
      Object.entries(item as Record<string, { parameters?: Parameter[] }>)
        .map(([method, operation]) => [method, described(operation)]),
    ),
  ]);
  return { ...document, paths: Object.fromEntries(paths) };
}

function described<Operation extends { parameters?: Parameter[] }>(operation: Operation) {
  if (operation.parameters === undefined) return operation;
  return {
    ...operation,
    parameters: operation.parameters.map((one) => {
      const description = one.description ?? meanings[one.name];
      return description === undefined ? one : { ...one, description };
    }),
  };
}
