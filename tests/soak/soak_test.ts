import { digestsWithKills } from "../helpers/soak/digests.ts";
import { storm } from "../helpers/soak/storm.ts";
import { tally } from "../helpers/soak/tally.ts";

const minutes = Number(Deno.env.get("SOAK_MINUTES") ?? "1");

Deno.test("a storm: kills, restarts, crashes and full disks under load, and nothing lost", async () => {
  const end = performance.now() + minutes * 60_000;
  const isOver = (rounds: number) => rounds > 0 && performance.now() > end;
  const report = await storm(isOver, { calm: 1200 });
  for (const [what, count] of Object.entries(report)) tally(what, count);
});

Deno.test("240 digests while the function is killed six times: each person gets one", async () => {
  const { kills, mails } = await digestsWithKills(240, 6);
  tally("kills of digest runs", kills);
  tally("mails", mails);
});
