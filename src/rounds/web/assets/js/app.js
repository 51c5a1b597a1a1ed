// What every page loads. Each module looks for its own data- attributes and does nothing where there are none.
import "./boot.js";
import "./refusals.js";
import "./dialogs.js";
import "./theme.js";
import "./keys.js";
import "./palette.js";
import "./qualify.js";
import "./list.js";
import "./preview.js";
import "./edit.js";
import "./builder.js";
import "./toast.js";
import "./keep.js";
import "./tips.js";
import "./copy.js";
import "./pictures.js";
import "./passkeys.js";
