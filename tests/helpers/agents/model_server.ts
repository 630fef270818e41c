/** What the server has answered: how many calls with tokens, by model. */
export interface ModelServer extends AsyncDisposable {
  url: string;
  /** Answers with tokens so far, by the model that was asked for. */
  readonly answers: Map<string, number>;
}

const said = "Done.";

/**
 * Stands in for the sellers of models: Anthropic's messages, OpenAI's chat and responses, Gemini's content, streamed or not. Every answer says that it
 * took a prompt of 22,000 tokens, of which a cache gave 20,000, and 250 of answer, of which 100 were thought; Anthropic's also that
 * 1,000 were written to the cache.
 */
export function startModelServer(): ModelServer {
  const answers = new Map<string, number>();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const { pathname } = new URL(request.url);
      const body = request.method === "POST" ? await json(request) : {};
      const answer = answerTo(pathname, body);
      if (answer === null) return Response.json({ data: [] });
      if (answer.model !== undefined) {
        answers.set(answer.model, (answers.get(answer.model) ?? 0) + 1);
      }
      return answer.response;
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    answers,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

async function json(request: Request): Promise<Record<string, unknown>> {
  try {
    return await request.json();
  } catch {
    return {};
  }
}

interface Answer {
  /** Of an answer that took tokens. */
  model?: string;
  response: Response;
}

function answerTo(path: string, body: Record<string, unknown>): Answer | null {
  const model = String(body["model"] ?? "");
  const isStream = body["stream"] === true;
  if (path.endsWith("/count_tokens")) return { response: Response.json({ input_tokens: 22_000 }) };
  if (path.endsWith("/messages")) return { model, response: anthropic(model, isStream) };
  if (path.endsWith("/responses")) return { model, response: responses(model, isStream) };
  if (path.endsWith("/chat/completions")) return { model, response: chat(model, body) };
  const gemini = /\/models\/([^:]+):(stream)?generateContent$/i.exec(path);
  return gemini === null
    ? null
    : { model: gemini[1] ?? "", response: geminiContent(gemini[2] !== undefined) };
}

/** Server-sent events, with the name of each where its seller gives one. */
function events(list: { event?: string; data: unknown }[], end?: string): Response {
  const text =
    list.map(({ event, data }) =>
      `${event === undefined ? "" : `event: ${event}\n`}data: ${JSON.stringify(data)}\n\n`
    ).join("") + (end === undefined ? "" : `data: ${end}\n\n`);
  return new Response(text, { headers: { "content-type": "text/event-stream" } });
}

function anthropic(model: string, isStream: boolean): Response {
  const usage = {
    input_tokens: 1000,
    cache_read_input_tokens: 20_000,
    cache_creation_input_tokens: 1000,
    cache_creation: { ephemeral_5m_input_tokens: 700, ephemeral_1h_input_tokens: 300 },
    output_tokens: 250,
    service_tier: "standard",
  };
  const head = {
    id: `msg_${crypto.randomUUID()}`,
    type: "message",
    role: "assistant",
    model,
    stop_sequence: null,
  };
  const headers = { "request-id": `req_${crypto.randomUUID()}` };
  if (!isStream) {
    const content = [{ type: "text", text: said }];
    return Response.json({ ...head, content, stop_reason: "end_turn", usage }, { headers });
  }
  const named = (type: string, more: object) => ({ event: type, data: { type, ...more } });
  const response = events([
    named("message_start", {
      message: { ...head, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } },
    }),
    named("content_block_start", { index: 0, content_block: { type: "text", text: "" } }),
    named("content_block_delta", { index: 0, delta: { type: "text_delta", text: said } }),
    named("content_block_stop", { index: 0 }),
    named("message_delta", {
      delta: { stop_reason: "end_turn", stop_sequence: null },
      usage: { output_tokens: 250 },
    }),
    named("message_stop", {}),
  ]);
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
  return response;
}

function responses(model: string, isStream: boolean): Response {
  const id = `resp_${crypto.randomUUID()}`;
  const part = { type: "output_text", text: said, annotations: [] };
  const item = {
    id: `msg_${id}`,
    type: "message",
    role: "assistant",
    status: "completed",
    content: [part],
  };
  const whole = {
    id,
    object: "response",
    created_at: Math.floor(Date.now() / 1000),
    model,
    status: "completed",
    output: [item],
    usage: {
      input_tokens: 22_000,
      input_tokens_details: { cached_tokens: 20_000 },
      output_tokens: 250,
      output_tokens_details: { reasoning_tokens: 100 },
      total_tokens: 22_250,
    },
  };
  if (!isStream) return Response.json(whole);
  const named = (type: string, more: object) => ({ event: type, data: { type, ...more } });
  return events([
    named("response.created", {
      response: { ...whole, status: "in_progress", output: [], usage: null },
    }),
    named("response.output_item.added", { output_index: 0, item: { ...item, content: [] } }),
    named("response.output_text.delta", { item_id: item.id, output_index: 0, delta: said }),
    named("response.output_item.done", { output_index: 0, item }),
    named("response.completed", { response: whole }),
  ]);
}

function chat(model: string, body: Record<string, unknown>): Response {
  const head = {
    id: `chatcmpl-${crypto.randomUUID()}`,
    created: Math.floor(Date.now() / 1000),
    model,
  };
  const usage = {
    prompt_tokens: 22_000,
    completion_tokens: 250,
    total_tokens: 22_250,
    prompt_tokens_details: { cached_tokens: 20_000 },
    completion_tokens_details: { reasoning_tokens: 100 },
  };
  if (body["stream"] !== true) {
    const choice = {
      index: 0,
      message: { role: "assistant", content: said },
      finish_reason: "stop",
    };
    return Response.json({ ...head, object: "chat.completion", choices: [choice], usage });
  }
  const chunk = (more: object) => ({ data: { ...head, object: "chat.completion.chunk", ...more } });
  return events([
    chunk({
      choices: [{ index: 0, delta: { role: "assistant", content: said }, finish_reason: null }],
    }),
    chunk({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] }),
    chunk({ choices: [], usage }),
  ], "[DONE]");
}

function geminiContent(isStream: boolean): Response {
  const whole = {
    responseId: crypto.randomUUID(),
    candidates: [{
      index: 0,
      content: { role: "model", parts: [{ text: said }] },
      finishReason: "STOP",
    }],
    usageMetadata: {
      promptTokenCount: 22_000,
      cachedContentTokenCount: 20_000,
      candidatesTokenCount: 150,
      thoughtsTokenCount: 100,
      totalTokenCount: 22_250,
    },
  };
  return isStream ? events([{ data: whole }]) : Response.json(whole);
}
