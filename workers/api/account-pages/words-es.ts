import type { Words } from "./words.ts";

export const spanish: Words = {
  fields: {
    code: "Código",
    codeHint: "Está en el correo, debajo del botón. También sirve el enlace entero.",
    email: "Dirección de correo",
    name: "Tu nombre",
    password: "Contraseña",
    newPassword: "Contraseña nueva",
    passwordHint: "Al menos 12 caracteres. Unas cuantas palabras que no tengan nada que ver entre sí se recuerdan bien.",
    showPassword: "Mostrar la contraseña",
  },
  invalid: {
    token: "Este no es el código de un correo. Cópialo otra vez.",
    email: "Esto no es una dirección de correo.",
    name: "Escribe un nombre de 1 a 100 caracteres, en una sola línea.",
    password: "Esta contraseña no sirve. Debe tener de 12 a 256 caracteres y no estar entre las primeras que alguien probaría, como una muy común o tu nombre.",
  },
  refusals: {
    invalid: "Hay algo que aún no está bien. Mira lo que se indica junto a los campos.",
    rate_limited: "Demasiados intentos en poco tiempo. Espera {seconds} segundos y vuelve a intentarlo.",
    unreachable: "No se puede conectar con Mentha. Comprueba que tienes conexión y vuelve a intentarlo.",
  },
  withoutScript: {
    heading: "Sin JavaScript",
    says: "Esta página necesita JavaScript, que aquí está desactivado. Actívalo y abre el enlace de nuevo, o haz lo mismo en un terminal:",
    where: "CODE es el código del correo: lo que sigue a #token= en su enlace.",
    otherwise: "Si ya tienes una cuenta, inicia sesión y acepta con el accessToken de la respuesta:",
  },
  accept: {
    title: "Aceptar la invitación",
    says: "Introduce el código del correo con el que te invitaron.",
    look: "Ver la invitación",
    invitation: { workspace: "Espacio de trabajo", role: "Tu rol", invitedBy: "Te invita", email: "Dirección de correo" },
    roles: { admin: "administración", manager: "gestión", qa: "control de calidad (QA)", dev: "desarrollo" },
    register: {
      heading: "Crea tu cuenta",
      button: "Crear la cuenta y entrar",
      conflict: "Ya hay una cuenta con esta dirección. Escribe su contraseña para entrar en el espacio de trabajo.",
    },
    signIn: {
      heading: "Inicia sesión para entrar",
      button: "Iniciar sesión y entrar",
      unauthenticated: "La contraseña no es correcta.",
      conflict: "Ya formas parte de este espacio de trabajo. No hay nada más que hacer.",
    },
    withAccount: "Tienes una cuenta con esta dirección. Solo hace falta su contraseña.",
    next: { terminal: "Inicia sesión en tu ordenador:", api: "Mira lo que ofrece la API:" },
    done: { heading: "Ya estás dentro", says: "Ahora formas parte del espacio de trabajo. En este navegador no se ha guardado nada." },
    refusals: {
      gone: "Esta invitación no se puede usar (ya): fue aceptada o retirada, es demasiado antigua o el código no está completo. Si la aceptaste tú, inicia sesión; si no, pide a quien te invitó que la envíe otra vez.",
    },
  },
  reset: {
    title: "Elige una contraseña nueva",
    says: "Al cambiar la contraseña se cierran todas tus sesiones.",
    button: "Cambiar la contraseña",
    done: { heading: "La contraseña ha cambiado", says: "Desde ahora inicia sesión con la contraseña nueva:" },
    refusals: {
      gone: "Este enlace no se puede usar (ya): se usó, otro más nuevo ocupa su lugar, es demasiado antiguo o el código no está completo.",
    },
  },
  verify: {
    title: "Confirma tu dirección de correo",
    says: "Pulsa el botón para confirmar que lees el buzón al que se envió este enlace.",
    button: "Confirmar la dirección",
    done: { heading: "La dirección está confirmada", says: "Ya puedes cerrar esta página." },
    refusals: {
      gone: "Este enlace no se puede usar (ya): se usó, otro más nuevo ocupa su lugar, es demasiado antiguo o el código no está completo. Pide otro con la sesión iniciada.",
      conflict: "Otra cuenta tiene ya esta dirección, así que no puede ser tuya.",
    },
  },
  forgot: {
    title: "¿Has olvidado la contraseña?",
    says: "Escribe la dirección de correo de tu cuenta. Te enviaremos un enlace para elegir una contraseña nueva.",
    button: "Enviar el enlace",
    done: {
      heading: "Mira tu correo",
      says: "Si alguien tiene aquí esta dirección, ya va de camino un correo con un enlace para elegir una contraseña nueva. El enlace sirve una sola vez, durante 30 minutos.",
    },
    refusals: { conflict: "Esta instalación no puede enviar correos. Habla con quienes la administran." },
  },
  forgotLink: "Pedir un enlace nuevo",
};
