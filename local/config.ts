import { parse, TomlError } from "smol-toml";
import { z } from "zod";
import { StartError } from "./start_error.ts";

const functionSettings = z.object({
  enabled: z.boolean().default(true),
  verify_jwt: z.literal(false, {
    error: "the local gateway checks no JWT: set verify_jwt = false and check it in the function",
  }),
  entrypoint: z.string().optional(),
});

const configFile = z.object({
  project_id: z.string(),
  api: z.object({
    port: z.int().default(54321),
    schemas: z.array(z.string()).default(["public"]),
    max_rows: z.int().default(1000),
  }).prefault({}),
  db: z.object({
    migrations: z.object({ enabled: z.boolean().default(true) }).prefault({}),
    seed: z.object({
      enabled: z.boolean().default(true),
      sql_paths: z.array(z.string()).default(["./seed.sql"]),
    }).prefault({}),
  }).prefault({}),
  auth: z.object({
    site_url: z.string().default("http://127.0.0.1:3000"),
    additional_redirect_urls: z.array(z.string()).default([]),
    jwt_expiry: z.int().default(3600),
    enable_signup: z.boolean().default(true),
    enable_refresh_token_rotation: z.boolean().default(true),
    refresh_token_reuse_interval: z.int().default(10),
    minimum_password_length: z.int().default(6),
    email: z.object({
      enable_confirmations: z.boolean().default(false),
      double_confirm_changes: z.boolean().default(true),
      max_frequency: z.string().default("1s"),
      otp_length: z.int().default(6),
      otp_expiry: z.int().default(3600),
    }).prefault({}),
  }).prefault({}),
  functions: z.record(z.string(), functionSettings).default({}),
});

/** What the local Supabase needs to know of supabase/config.toml; the CLI reads the rest of it too. */
export type Config = z.infer<typeof configFile>;

/** Reads supabase/config.toml of the project. Throws {@link StartError} that names the faulty setting. */
export async function readConfig(root: string): Promise<Config> {
  const path = `${root}/supabase/config.toml`;
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new StartError(`${path} does not exist`);
  }
  try {
    return configFile.parse(parse(text));
  } catch (error) {
    if (error instanceof TomlError) {
      throw new StartError(
        `${path}:${error.line}: ${
          error.message.split("\n")[0]?.replace("Invalid TOML document: ", "")
        }`,
      );
    }
    if (error instanceof z.ZodError) {
      const [issue] = error.issues;
      throw new StartError(`${path}: ${issue?.path.join(".")}: ${issue?.message}`);
    }
    throw error;
  }
}
