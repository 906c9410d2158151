//! Unmodified Rust clients: `program up|down loopback|namespace`. google-cloud-auth reads GCE_METADATA_HOST, gcp_auth
//! nothing.

use std::env;
use std::error::Error;
use std::future::Future;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use google_cloud_auth::credentials::{Builder, mds};
use serde_json::{Value, json};

type Outcome = Result<(), Box<dyn Error>>;

const SCOPE: &str = "https://www.googleapis.com/auth/cloud-platform";
const EMAIL: &str = "412345678901-compute@developer.gserviceaccount.com";

#[tokio::main(flavor = "current_thread")]
async fn main() {
    // google-cloud-auth is built without a TLS of its own, whose C code takes minutes to compile.
    rustls::crypto::ring::default_provider()
        .install_default()
        .expect("no other provider is there");
    let args: Vec<String> = env::args().collect();
    println!(
        "{}",
        json!({ "versions": { "gcp_auth": locked("gcp_auth"), "google-cloud-auth": locked("google-cloud-auth") } })
    );
    match (args[1].as_str(), args[2].as_str()) {
        ("up", "loopback") => {
            check(
                "google-cloud-auth",
                "`credentials::Builder`: a token with scopes",
                &["R9", "R11", "R12"],
                official(),
            )
            .await;
            check(
                "google-cloud-auth",
                "`mds::Builder`: the universe",
                &["R4", "R20"],
                universe(),
            )
            .await;
        }
        ("up", _) => {
            check(
                "gcp_auth",
                "`provider()`: project and token, by the server's name",
                &["R4", "R11", "R12", "R16"],
                third_party(),
            )
            .await;
            check(
                "google-cloud-auth",
                "a token with no variable set",
                &["R11", "R16"],
                official(),
            )
            .await;
        }
        ("down", "loopback") => {
            check("google-cloud-auth", "a token is an error", &[], fails(official_token())).await;
        }
        _ => {
            check("gcp_auth", "`provider()` is an error", &[], fails(gcp_auth::provider())).await;
        }
    }
    println!("{}", json!({ "done": true }));
}

/// Does one check; what it returns is its error.
async fn check(client: &str, what: &str, rules: &[&str], does: impl Future<Output = Outcome>) {
    let mut line = json!({ "client": client, "what": what, "rules": rules });
    if let Err(error) = does.await {
        line["error"] = Value::from(format!("{error} ({error:?})"));
    }
    println!("{line}");
}

/// The version in the lock file that the program was built with.
fn locked(name: &str) -> &'static str {
    let lock = include_str!("Cargo.lock");
    let entry = lock
        .split("[[package]]")
        .find(|entry| entry.contains(&format!("name = \"{name}\"\n")));
    let version = entry.and_then(|entry| entry.split("version = \"").nth(1));
    version.and_then(|rest| rest.split('"').next()).unwrap_or("not locked")
}

async fn official() -> Outcome {
    of_our_account(&official_token().await?)
}

async fn official_token() -> Result<String, Box<dyn Error>> {
    let credentials = Builder::default()
        .with_scopes([SCOPE, SCOPE])
        .build_access_token_credentials()?;
    Ok(credentials.access_token().await?.token)
}

async fn universe() -> Outcome {
    let credentials = mds::Builder::default().build()?;
    equal(
        credentials.universe_domain().await.unwrap_or("googleapis.com".into()),
        "googleapis.com".into(),
    )
}

async fn third_party() -> Outcome {
    let provider = gcp_auth::provider().await?;
    equal(provider.project_id().await?.to_string(), "emulated-project".into())?;
    let token = provider.token(&[SCOPE]).await?;
    let left = token.expires_at().timestamp()
        - std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)?
            .as_secs() as i64;
    if left < 360 {
        return Err(format!("only {left} s left").into());
    }
    of_our_account(token.as_str())
}

/// Asks the server whose token it is.
fn of_our_account(token: &str) -> Outcome {
    let origin = env::var("EMULATOR_ORIGIN")?;
    let host = origin.trim_start_matches("http://");
    let address = if host.contains(':') {
        host.to_string()
    } else {
        format!("{host}:80")
    };
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let path = format!("/emulator/v1/issuer/tokeninfo?access_token={token}");
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let body = answer.split("\r\n\r\n").nth(1).unwrap_or_default();
    let found: Value = serde_json::from_str(body).map_err(|error| format!("{error}: {answer}"))?;
    equal(found["email"].as_str().unwrap_or_default().into(), EMAIL.into())
}

async fn fails<T, E>(does: impl Future<Output = Result<T, E>>) -> Outcome {
    match does.await {
        Ok(_) => Err("it went well".into()),
        Err(_) => Ok(()),
    }
}

fn equal(got: String, wanted: String) -> Outcome {
    if got == wanted {
        Ok(())
    } else {
        Err(format!("expected {wanted}, got {got}").into())
    }
}
