/** The newest file in `supabase/migrations`; a test fails when this falls behind. */
export const newestMigration = "20261128000000";
