import { Radio, Stack } from "@mantine/core";
import type { Account } from "@rookery/host/api";
import { ManagedFields } from "../../../components/Managed.tsx";
import { texts as shared } from "../../../texts.ts";
import classes from "../settings/AccountSettings.module.css";
import { SettingsForm } from "../settings/SettingsForm.tsx";
import { useDraft } from "../settings/use-draft.ts";
import { texts } from "../texts.ts";
import { useIsAdmin } from "../use-is-admin.ts";

const POLICIES: readonly Account["encryptFor"][] = ["all", "cross-signed"];

/** Whose devices can read what the account says in encrypted rooms. */
export function DevicePolicy({ account }: { account: Account }) {
  const draft = useDraft(account, ({ encryptFor }) => encryptFor, texts.encryptForSaved(account.userId));
  const isAdmin = useIsAdmin();
  return (
    <ManagedFields managed={account.managed}>
      <fieldset disabled={!isAdmin} aria-label={texts.encryptFor} className={classes.settings}>
        <SettingsForm
          title={texts.encryptFor}
          detail={texts.encryptForDetail}
          action={shared.save}
          draft={draft}
          isValid
          onSave={() => draft.save({ encryptFor: draft.value })}
        >
          <Radio.Group
            label={texts.encryptForLabel}
            value={draft.value}
            onChange={(chosen) => draft.set(chosen as Account["encryptFor"])}
          >
            <Stack gap="xs" mt={8}>
              {POLICIES.map((one) => (
                <Radio
                  key={one}
                  value={one}
                  label={texts.encryptForOf[one]}
                  description={texts.encryptForHelp[one]}
                />
              ))}
            </Stack>
          </Radio.Group>
        </SettingsForm>
      </fieldset>
    </ManagedFields>
  );
}
