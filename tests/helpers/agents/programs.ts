/** Where a program finds what it talks to, and its home, which nothing else has been in. */
export interface Surroundings {
  /** The folder of the packages' commands. */
  bin: string;
  home: string;
  models: string;
  /** Of OpenTelemetry, without the signal. */
  endpoint: string;
  key: string;
}

/** A program whose version is pinned, and how it is told to answer one prompt and to say where it went. */
export interface Program {
  name: string;
  package: string;
  version: string;
  model: string;
  /** Its settings, as docs/sessions.md has them, by path below its home. */
  files: (around: Surroundings) => Record<string, string>;
  env: (around: Surroundings) => Record<string, string>;
  command: (around: Surroundings) => string[];
}

const prompt = "Say done.";
const none = () => ({});

/** What every exporter is told by the two variables. */
function exporter({ endpoint, key }: Surroundings): Record<string, string> {
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_EXPORTER_OTLP_HEADERS: `Authorization=Bearer ${key}`,
    OTEL_RESOURCE_ATTRIBUTES: "user.email=ada@example.test,vcs.repository.name=acme/shop",
  };
}

function telemetry(auth: string, { endpoint }: Surroundings): string {
  return JSON.stringify({
    security: { auth: { selectedType: auth } },
    telemetry: {
      enabled: true,
      target: "local",
      otlpEndpoint: endpoint,
      otlpProtocol: "http",
      logPrompts: false,
    },
  });
}

/** The programs that can be installed by npm and run without a terminal. */
export const programs: Program[] = [
  {
    name: "Claude Code",
    package: "@anthropic-ai/claude-code",
    version: "2.1.332",
    model: "claude-sonnet-4-5",
    files: none,
    env: (around) => ({
      ...exporter(around),
      ANTHROPIC_BASE_URL: around.models,
      ANTHROPIC_API_KEY: "sk-none",
      CLAUDE_CODE_ENABLE_TELEMETRY: "1",
      OTEL_METRICS_EXPORTER: "otlp",
      OTEL_LOGS_EXPORTER: "otlp",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
      OTEL_LOG_TOOL_DETAILS: "1",
    }),
    command: ({ bin }) => [`${bin}/claude`, "-p", prompt, "--model", "claude-sonnet-4-5"],
  },
  {
    name: "Codex",
    package: "@openai/codex",
    version: "0.171.0",
    model: "gpt-5.1",
    files: ({ endpoint, key, models }) => ({
      ".codex/config.toml": [
        'model = "gpt-5.1"',
        'model_provider = "stand_in"',
        "[model_providers.stand_in]",
        'name = "stand_in"',
        `base_url = "${models}/v1"`,
        'wire_api = "responses"',
        'env_key = "STAND_IN_KEY"',
        "[otel]",
        ...(["exporter", "trace_exporter", "metrics_exporter"] as const).map((name) => {
          const signal = {
            exporter: "logs",
            trace_exporter: "traces",
            metrics_exporter: "metrics",
          };
          return `${name} = { otlp-http = { endpoint = "${endpoint}/v1/${
            signal[name]
          }", protocol = "binary", headers = { Authorization = "Bearer ${key}" } } }`;
        }),
        "",
      ].join("\n"),
    }),
    env: (around) => ({ ...exporter(around), STAND_IN_KEY: "none" }),
    command: ({ bin }) => [`${bin}/codex`, "exec", "--skip-git-repo-check", prompt],
  },
  {
    name: "Gemini CLI",
    package: "@google/gemini-cli",
    version: "0.61.0",
    model: "gemini-2.5-pro",
    files: (around) => ({ ".gemini/settings.json": telemetry("gemini-api-key", around) }),
    env: (around) => ({
      ...exporter(around),
      GEMINI_API_KEY: "none",
      GOOGLE_GEMINI_BASE_URL: around.models,
    }),
    command: ({ bin }) => [
      `${bin}/gemini`,
      "-m",
      "gemini-2.5-pro",
      "--skip-trust",
      "-p",
      prompt,
    ],
  },
  {
    name: "Qwen Code",
    package: "@qwen-code/qwen-code",
    version: "0.24.4",
    model: "qwen3-coder-plus",
    files: (around) => ({ ".qwen/settings.json": telemetry("openai", around) }),
    env: (around) => ({
      ...exporter(around),
      OPENAI_API_KEY: "none",
      OPENAI_BASE_URL: `${around.models}/v1`,
      OPENAI_MODEL: "qwen3-coder-plus",
    }),
    command: ({ bin }) => [`${bin}/qwen`, "-p", prompt],
  },
];

/** Installs all of them into a folder; answers where their commands are. */
export async function installPrograms(folder: string): Promise<string> {
  await Deno.writeTextFile(`${folder}/package.json`, '{ "private": true }');
  const packages = programs.map((one) => `${one.package}@${one.version}`);
  await run(["npm", "install", "--no-audit", "--no-fund", ...packages], { cwd: folder });
  return `${folder}/node_modules/.bin`;
}

/** Runs a program once in a clean environment. @throws when it fails or takes longer than two minutes. */
export async function runProgram(program: Program, around: Surroundings): Promise<void> {
  for (const [path, text] of Object.entries(program.files(around))) {
    const file = `${around.home}/${path}`;
    await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(file, text);
  }
  await run(program.command(around), {
    cwd: around.home,
    clearEnv: true,
    env: { PATH: Deno.env.get("PATH") ?? "", HOME: around.home, ...program.env(around) },
  });
}

async function run(command: string[], options: Deno.CommandOptions): Promise<void> {
  const [name = "", ...args] = command;
  const { success, stdout, stderr } = await new Deno.Command(name, {
    args,
    stdin: "null",
    signal: AbortSignal.timeout(300_000),
    ...options,
  }).output();
  if (success) return;
  const text = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("\n");
  throw new Error(`${command.join(" ")} failed:\n${text.slice(-2000)}`);
}
