//! A window under test: an X server without a screen, and WebKitGTK's WebDriver, which starts the app and controls its page (W3C
//! WebDriver). All of it is in a network namespace, so the port is free and nothing leaves.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use serde_json::{Value, json};

use crate::display::Display;
use crate::process::wait_for;
use crate::{Lab, Namespace, People, Process, Who};

const PORT: u16 = 4444;
/// Time for one step: the page to load, a program to start.
const PATIENCE: Duration = Duration::from_secs(30);

/// Keys without a character (W3C WebDriver, section 15.4.2).
pub mod keys {
    /// Tab.
    pub const TAB: char = '\u{e004}';
    /// Enter.
    pub const ENTER: char = '\u{e007}';
    /// Control.
    pub const CONTROL: char = '\u{e009}';
    /// Alt.
    pub const ALT: char = '\u{e00a}';
    /// The arrow down.
    pub const DOWN: char = '\u{e015}';
}

/// A running app.
pub struct App<'lab> {
    namespace: &'lab Namespace,
    session: String,
    /// Ended with this.
    _driver: Process,
    display: Display,
}

impl<'lab> App<'lab> {
    /// Starts the app `program`, with `arguments`, in a namespace whose loopback is up, on a desktop without a session bus.
    pub fn start(lab: &Lab, namespace: &'lab Namespace, program: &Path, arguments: &[&str]) -> anyhow::Result<Self> {
        Self::start_on(lab, namespace, program, arguments, "unix:path=/nonexistent")
    }

    /// Does the same with the session bus at this address.
    pub fn start_on(
        lab: &Lab,
        namespace: &'lab Namespace,
        program: &Path,
        arguments: &[&str],
        bus: &str,
    ) -> anyhow::Result<Self> {
        Self::start_with(lab, namespace, program, arguments, &[("DBUS_SESSION_BUS_ADDRESS", bus)])
    }

    /// Does the same with these environment variables.
    pub fn start_with(
        lab: &Lab,
        namespace: &'lab Namespace,
        program: &Path,
        arguments: &[&str],
        variables: &[(&str, &str)],
    ) -> anyhow::Result<Self> {
        Self::start_through(lab, namespace, program, arguments, variables, &[])
    }

    /// Starts the app as this user, on a desktop without a session bus. The user must be able to read its program.
    pub fn start_as(
        who: (People, Who),
        lab: &Lab,
        namespace: &'lab Namespace,
        program: &Path,
        arguments: &[&str],
    ) -> anyhow::Result<Self> {
        let (people, who) = who;
        let home = Display::home(lab)?;
        std::os::unix::fs::chown(home, Some(who.uid()), Some(who.uid()))?;
        let variables = [("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")];
        Self::start_through(lab, namespace, program, arguments, &variables, &people.through(who))
    }

    /// Starts it with WebDriver behind this command line.
    fn start_through(
        lab: &Lab,
        namespace: &'lab Namespace,
        program: &Path,
        arguments: &[&str],
        variables: &[(&str, &str)],
        through: &[String],
    ) -> anyhow::Result<Self> {
        let display = Display::start(lab, namespace)?;
        // The camera is WebKit's own, which shows a test card.
        let automation = [("TAURI_WEBVIEW_AUTOMATION", "true"), ("ADIT_MOCK_CAMERA", "1")];
        let environment = display.environment(&[&automation, variables].concat());
        let line = [through, &["WebKitWebDriver".to_owned(), format!("--port={PORT}")]].concat();
        let (first, more) = line.split_first().context("a program")?;
        let driver = namespace.start(first, more, &environment, &lab.file("driver"))?;
        let mut app = Self { namespace, session: String::new(), display, _driver: driver };
        wait_for("WebDriver", PATIENCE, || app.request("GET", "/status", None).ok())?;
        let options = json!({ "binary": program, "args": arguments });
        let wanted = json!({ "capabilities": { "alwaysMatch": { "browserName": "wry", "webkitgtk:browserOptions": options } } });
        let session = app.request("POST", "/session", Some(wanted))?;
        app.session = session["sessionId"].as_str().context("no session")?.to_owned();
        Ok(app)
    }

    /// Returns the X display, such as `:1000`.
    pub fn display(&self) -> &str {
        self.display.name()
    }

    /// Runs the body of a function in the page and returns its result.
    pub fn run(&self, script: &str) -> anyhow::Result<Value> {
        let body = json!({ "script": script, "args": [] });
        self.request("POST", &format!("/session/{}/execute/sync", self.session), Some(body))
    }

    /// Runs the body of a function in the page that calls its last argument with the result.
    pub fn run_async(&self, script: &str) -> anyhow::Result<Value> {
        let body = json!({ "script": script, "args": [] });
        self.request("POST", &format!("/session/{}/execute/async", self.session), Some(body))
    }

    /// Returns the text that the page shows, without the marks that isolate values (U+2066 to U+2069).
    pub fn text(&self) -> anyhow::Result<String> {
        let shown = self.run("return document.body.innerText")?;
        Ok(shown.as_str().unwrap_or_default().replace(|mark| ('\u{2066}'..='\u{2069}').contains(&mark), ""))
    }

    /// Waits until the page shows a text.
    pub fn wait_for_text(&self, text: &str) -> anyhow::Result<()> {
        let shown = wait_for(text, PATIENCE, || self.text().ok().filter(|shown| shown.contains(text)));
        shown.map(drop).with_context(|| format!("the page shows:\n{}", self.text().unwrap_or_default()))
    }

    /// Clicks the button, switch or link with this name, when it is there.
    pub fn click(&self, name: &str) -> anyhow::Result<()> {
        self.at_named(name, "found.click(); return true").map(drop)
    }

    /// Gives the button, switch, link or field with this name the focus of the keyboard, when it is there.
    pub fn focus(&self, name: &str) -> anyhow::Result<()> {
        self.at_named(name, "found.focus(); return document.activeElement === found").map(drop)
    }

    /// Moves the mouse onto the button, switch or link with this name, when it is there and not covered, and clicks.
    pub fn click_with_mouse(&self, name: &str) -> anyhow::Result<()> {
        let place = self.at_named(
            name,
            "found.scrollIntoView({ block: 'center' }); const box = found.getBoundingClientRect();
             const [x, y] = [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)];
             return found.contains(document.elementFromPoint(x, y)) && [x, y]",
        )?;
        let steps = json!([
            { "type": "pointerMove", "duration": 0, "origin": "viewport", "x": place[0], "y": place[1] },
            { "type": "pointerDown", "button": 0 },
            { "type": "pointerUp", "button": 0 },
        ]);
        self.act(&json!({ "type": "pointer", "id": "mouse", "parameters": { "pointerType": "mouse" }, "actions": steps }))
    }

    /// Presses these keys one after the other, while `held` are held down. Each key is a character, or one of [`keys`].
    pub fn press_keys(&self, held: &[char], pressed: &str) -> anyhow::Result<()> {
        let step = |kind: &str, key: char| json!({ "type": kind, "value": key.to_string() });
        let strokes = pressed.chars().flat_map(|key| [step("keyDown", key), step("keyUp", key)]);
        let down = held.iter().map(|key| step("keyDown", *key));
        let up = held.iter().rev().map(|key| step("keyUp", *key));
        let steps: Vec<Value> = down.chain(strokes).chain(up).collect();
        self.act(&json!({ "type": "key", "id": "keyboard", "actions": steps }))
    }

    /// Lets a device act (W3C WebDriver, section 15).
    fn act(&self, device: &Value) -> anyhow::Result<()> {
        self.request("POST", &format!("/session/{}/actions", self.session), Some(json!({ "actions": [device] }))).map(drop)
    }

    /// Runs the body of a function of `found`, the element with this name, until its result is not false.
    fn at_named(&self, name: &str, act: &str) -> anyhow::Result<Value> {
        let script = format!(
            "const name = {}; const all = [...document.querySelectorAll('button, a, [role=switch], input, select, textarea')];
             const texts = (it) => [it.getAttribute('aria-label'), it.innerText, it.title, ...[...(it.labels ?? [])].map((label) => label.innerText)];
             const named = (it) => texts(it).some((text) => text?.replace(/[\\u2066-\\u2069]/g, '').trim() === name);
             const found = all.find((it) => named(it) && !it.disabled && it.getClientRects().length > 0);
             if (!found) return false; {act}",
            json!(name)
        );
        let acted = wait_for(name, PATIENCE, || self.run(&script).ok().filter(|result| *result != false));
        acted.with_context(|| format!("the page shows:\n{}", self.text().unwrap_or_default()))
    }

    /// Clicks the first element that a CSS selector finds, when it is there.
    pub fn press(&self, selector: &str) -> anyhow::Result<()> {
        let script = format!("const it = document.querySelector({}); it?.click(); return it !== null", json!(selector));
        let pressed = wait_for(selector, PATIENCE, || self.run(&script).ok()?.as_bool()?.then_some(()));
        pressed.with_context(|| format!("the page shows:\n{}", self.text().unwrap_or_default()))
    }

    /// Fills the field whose label begins with this text, when it is there, as a person who types and leaves it.
    pub fn fill(&self, label: &str, value: &str) -> anyhow::Result<()> {
        let script = format!(
            "const label = [...document.querySelectorAll('label')].find((it) => it.innerText.trim().startsWith({}));
             const field = label?.control; if (!field || field.disabled) return false;
             field.focus(); field.value = {}; field.dispatchEvent(new InputEvent('input', {{ bubbles: true }}));
             field.dispatchEvent(new Event('change', {{ bubbles: true }})); return true",
            json!(label),
            json!(value)
        );
        let filled = wait_for(label, PATIENCE, || self.run(&script).ok()?.as_bool()?.then_some(()));
        filled.with_context(|| format!("the page shows:\n{}", self.text().unwrap_or_default()))
    }

    fn request(&self, method: &str, path: &str, body: Option<Value>) -> anyhow::Result<Value> {
        let body = body.map_or_else(String::new, |body| body.to_string());
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{PORT}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n{body}",
            body.len()
        );
        let answer = self.namespace.within(|| exchange(&request))?;
        let mut answer: Value = serde_json::from_str(&answer).with_context(|| format!("{method} {path}: {answer}"))?;
        let value = answer["value"].take();
        if let Some(error) = value.get("error").and_then(Value::as_str).filter(|_| value.get("stacktrace").is_some()) {
            bail!("{method} {path}: {error}: {}", value["message"]);
        }
        Ok(value)
    }
}

/// Sends a request and returns the body of the answer, which has a length (RFC 9112 section 6.3).
fn exchange(request: &str) -> anyhow::Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", PORT))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(request.as_bytes())?;
    let (mut answer, mut piece, start) = (Vec::new(), [0; 65536], Instant::now());
    while start.elapsed() < 2 * PATIENCE {
        let count = match stream.read(&mut piece) {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            read => read?,
        };
        answer.extend_from_slice(&piece[..count]);
        let text = String::from_utf8_lossy(&answer);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = |line: &str| line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse::<usize>().ok();
            let length = head.lines().find_map(length).context("an answer without a length")?;
            if body.len() >= length || count == 0 {
                return Ok(body.to_owned());
            }
        }
        ensure!(count > 0, "the driver closed the connection: {text}");
    }
    bail!("the driver sends without end")
}
