import assert from "node:assert/strict";
import { inHalves } from "../../supabase/functions/_shared/database/retry.ts";
import { GroupCommit, QueueFull } from "../../supabase/functions/track/group_commit.ts";

/**
 * A database that commits when told to: each transaction waits in `open`, and what committed is in `committed`. Patience
 * and a turn of the event loop end at once, unless a test ends them.
 */
function database(
  {
    maxBatch = 100,
    maxQueued = 1000,
    poison = "",
    patience = () => Promise.resolve(),
    turn = () => Promise.resolve(),
  } = {},
) {
  const open: { items: string[]; commit: () => void; fail: (error: Error) => void }[] = [];
  const committed: string[][] = [];
  const queue = new GroupCommit<string, string>({
    flush: (items) =>
      new Promise((resolve, reject) => {
        open.push({
          items,
          fail: reject,
          commit: () => {
            if (items.includes(poison)) return reject(new Error("poison"));
            committed.push(items);
            resolve(items.map((item) => `${item} is stored`));
          },
        });
      }),
    isOfData: (error) => error instanceof Error && error.message === "poison",
    patience,
    turn,
    maxBatch,
    maxQueued,
  });
  return { queue, open, committed };
}

/** Lets everything that can go on without the database go on. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

/** Commits whatever is open until nothing is. */
async function commitAll(open: ReturnType<typeof database>["open"]): Promise<void> {
  for (let next = open.shift(); next; next = open.shift()) {
    next.commit();
    await settled();
  }
}

Deno.test("GroupCommit writes what comes in one turn together", async () => {
  const { queue, open, committed } = database();
  const answers = Promise.all(["a", "b", "c"].map((item) => queue.submit("g", item)));
  await settled();
  await commitAll(open);
  assert.deepStrictEqual(await answers, ["a is stored", "b is stored", "c is stored"]);
  assert.deepStrictEqual(committed, [["a", "b", "c"]]);
});

Deno.test("GroupCommit gathers what comes while a transaction runs, at most maxBatch", async () => {
  const { queue, open, committed } = database({ maxBatch: 2 });
  const answers = [queue.submit("g", "a")];
  await settled();
  answers.push(...["b", "c", "d"].map((item) => queue.submit("g", item)));
  await settled();
  assert.strictEqual(open.length, 1, "one transaction of a group at a time");
  await commitAll(open);
  await Promise.all(answers);
  assert.deepStrictEqual(committed, [["a"], ["b", "c"], ["d"]]);
  // And it starts anew when something comes later.
  const later = queue.submit("g", "e");
  await settled();
  await commitAll(open);
  assert.strictEqual(await later, "e is stored");
});

Deno.test("GroupCommit waits after a large transaction until half as many came, or patience ends", async () => {
  let endPatience = () => {};
  const patience = () => new Promise<void>((resolve) => endPatience = resolve);
  const { queue, open, committed } = database({ patience });
  const answers = ["a", "b", "c", "d"].map((item) => queue.submit("g", item));
  await settled();
  await commitAll(open);
  await Promise.all(answers);

  const second = [queue.submit("g", "e")];
  await settled();
  assert.deepStrictEqual(open, [], "it waits for more than one");
  second.push(queue.submit("g", "f"));
  await settled();
  await commitAll(open);
  await Promise.all(second);
  assert.deepStrictEqual(committed, [["a", "b", "c", "d"], ["e", "f"]]);

  endPatience();
  await settled();
  const third = ["g", "h", "i", "j"].map((item) => queue.submit("g", item));
  await settled();
  await commitAll(open);
  await Promise.all(third);
  const last = queue.submit("g", "k");
  await settled();
  assert.deepStrictEqual(open, [], "it waits again");
  endPatience();
  await settled();
  await commitAll(open);
  assert.strictEqual(await last, "k is stored");
});

Deno.test("GroupCommit has the next transaction on its way before it answers the callers of one", async () => {
  let endTurn = () => {};
  const turn = () => new Promise<void>((resolve) => endTurn = resolve);
  const { queue, open } = database({ turn });
  const answered: string[] = [];
  const submit = (item: string) => queue.submit("g", item).then((answer) => answered.push(answer));
  const first = submit("a");
  await settled();
  endTurn();
  const second = submit("b");
  open.shift()?.commit();
  await settled();
  assert.deepStrictEqual(open.map(({ items }) => items), [["b"]]);
  assert.deepStrictEqual(answered, []);
  endTurn();
  await first;
  assert.deepStrictEqual(answered, ["a is stored"]);
  await commitAll(open);
  await second;
  assert.deepStrictEqual(answered, ["a is stored", "b is stored"]);
});

Deno.test("GroupCommit answers callers at once when too few wait for another transaction", async () => {
  let turns = 0;
  const turn = () => Promise.resolve(void turns++);
  const never = () => new Promise<void>(() => {});
  const { queue, open } = database({ turn, patience: never });
  const answers = [..."abcd"].map((item) => queue.submit("g", item));
  await settled();
  void queue.submit("g", "e");
  await commitAll(open);
  await Promise.all(answers);
  assert.strictEqual(turns, 1, "only the first has begun");
});

Deno.test("GroupCommit answers only after the commit", async () => {
  const { queue, open } = database();
  let answered = false;
  const answer = queue.submit("g", "a").then(() => answered = true);
  await settled();
  assert.strictEqual(answered, false);
  await commitAll(open);
  await answer;
  assert.strictEqual(answered, true);
});

Deno.test("GroupCommit keeps groups apart: one does not wait for another", async () => {
  const { queue, open } = database();
  const answers = [queue.submit("g", "a"), queue.submit("h", "b")];
  await settled();
  assert.deepStrictEqual(open.map(({ items }) => items), [["a"], ["b"]]);
  await commitAll(open);
  await Promise.all(answers);
});

Deno.test("GroupCommit refuses at once when the queue is full, and takes more when it is not", async () => {
  const { queue, open } = database({ maxQueued: 2 });
  const answers = [queue.submit("g", "a"), queue.submit("h", "b")];
  await assert.rejects(queue.submit("g", "c"), QueueFull);
  await settled();
  await commitAll(open);
  await Promise.all(answers);
  const later = queue.submit("g", "d");
  await settled();
  await commitAll(open);
  assert.strictEqual(await later, "d is stored");
});

Deno.test("GroupCommit lets a poisonous item fail alone", async () => {
  const { queue, open, committed } = database({ poison: "d" });
  const items = ["a", "b", "c", "d", "e"];
  const answers = Promise.allSettled(items.map((item) => queue.submit("g", item)));
  await settled();
  await commitAll(open);
  assert.deepStrictEqual(
    (await answers).map(({ status }) => status),
    ["fulfilled", "fulfilled", "fulfilled", "rejected", "fulfilled"],
  );
  assert.deepStrictEqual(committed.flat().toSorted(), ["a", "b", "c", "e"]);
});

Deno.test("GroupCommit fails all of a transaction at once when the database is at fault, and goes on", async () => {
  const { queue, open, committed } = database();
  const answers = Promise.allSettled(["a", "b"].map((item) => queue.submit("g", item)));
  await settled();
  open.shift()?.fail(new Error("connection refused"));
  assert.deepStrictEqual((await answers).map(({ status }) => status), ["rejected", "rejected"]);
  const later = queue.submit("g", "c");
  await settled();
  await commitAll(open);
  await later;
  assert.deepStrictEqual(committed, [["c"]]);
});

Deno.test("inHalves() asks for about 2 log2 n transactions to isolate one of n", async () => {
  const items = Array.from({ length: 128 }, (_, i) => i);
  let calls = 0;
  const outcomes = await inHalves(
    items,
    (part) => {
      calls++;
      return part.includes(77) ? Promise.reject(new Error("bad")) : Promise.resolve(part);
    },
    () => true,
  );
  assert.strictEqual(calls, 15);
  assert.deepStrictEqual(
    outcomes.flatMap(({ status }, index) => status === "rejected" ? [index] : []),
    [77],
  );
});

Deno.test("inHalves() does not take an answer of another length for one", async () => {
  const outcomes = await inHalves(["a"], () => Promise.resolve([]), () => true);
  assert.strictEqual(outcomes[0]?.status, "rejected");
});
