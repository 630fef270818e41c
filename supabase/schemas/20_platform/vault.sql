-- Nobody but the jobs' owner may run this: it reads Vault.

create function private.vault_secret(p_name text)
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
  v_secret text;
begin
  select s.decrypted_secret into v_secret from vault.decrypted_secrets s where s.name = p_name;
  if coalesce(v_secret, '') = '' then
    raise exception using errcode = 'LL503', message = format('Vault secret %s is missing', p_name),
      hint = format('select vault.create_secret(''…'', %L)', p_name);
  end if;
  return v_secret;
end $$;
comment on function private.vault_secret(text) is 'A secret from Vault; raises by its name when it is missing.';

revoke execute on function private.vault_secret(text) from public, anon, authenticated;
