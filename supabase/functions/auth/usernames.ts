import { databaseProblem, serviceClient } from "../_shared/database/db.ts";
import { Problem } from "../_shared/http/problem.ts";

/**
 * Usernames are no secret, addresses are. A username counts as taken once its owner has confirmed their address.
 * @throws Problem 409 when somebody has it.
 */
export async function refuseTaken(username: string): Promise<void> {
  const { data, error } = await serviceClient().from("users").select("id").eq("username", username)
    .limit(1);
  if (error) throw databaseProblem(error);
  if (data.length > 0) throw new Problem("username_taken", "This username is taken");
}
