import { codeIn } from "./address.ts";
import { ask, Refusal, textAt, valueAt } from "./ask.ts";
import { attempt, formOf, onSubmit, tell } from "./forms.ts";
import { fill, show } from "./steps.ts";

/** Runs the page of an invitation. The code is kept in here, and is gone with the page. */
export async function startAcceptInvitation(brought: string | undefined): Promise<void> {
  const forms = { code: formOf("code"), register: formOf("register"), signIn: formOf("sign-in") };
  let code = "";

  const look = async (token: string): Promise<void> => {
    const invitation = await ask("/api/v1/auth/invitation", { token });
    code = token;
    fill({
      workspace: textAt(invitation, "workspace", "name"),
      role: textAt(invitation, "role"),
      invitedBy: textAt(invitation, "invitedBy"),
      email: textAt(invitation, "email"),
    });
    show(valueAt(invitation, "hasAccount") === true ? "sign-in" : "register");
  };

  onSubmit(forms.code, ({ token = "" }) => look(codeIn(token)));
  onSubmit(forms.register, async ({ name = "", password = "" }) => {
    try {
      await signOut(await ask("/api/v1/auth/register", { token: code, name, password }));
    } catch (thrown) {
      if (!(thrown instanceof Refusal) || thrown.code !== "conflict") throw thrown;
      show("sign-in");
      tell(forms.signIn, new Refusal("has_account", thrown.message));
      return;
    }
    end(forms);
  });
  onSubmit(forms.signIn, async ({ email = "", password = "" }) => {
    const session = await ask("/api/v1/auth/login", { email, password });
    try {
      await ask("/api/v1/auth/accept-invitation", { token: code }, textAt(session, "accessToken"));
    } finally {
      await signOut(session);
    }
    end(forms);
  });

  show("code");
  if (brought !== undefined) await attempt(forms.code, () => look(brought));
}

function end(forms: Readonly<Record<string, HTMLFormElement>>): void {
  for (const form of Object.values(forms)) form.reset();
  show("done");
}

/** Ends the session that joining began: nobody goes on to use it. Where that fails, its tokens are forgotten with this page all the same. */
async function signOut(session: unknown): Promise<void> {
  await ask("/api/v1/auth/logout", undefined, textAt(session, "accessToken")).catch(() => undefined);
}
