//! A connection to a NATS server, for those who ask and for those who answer.

use std::time::Duration;

use async_nats::{Client, ConnectOptions, ServerAddr};

use crate::cli::Global;
use crate::failure::{Exit, Failure};

/// How long a server may take to let somebody in.
const CONNECT: Duration = Duration::from_secs(5);

/// The address that is asked for, if one is.
pub(crate) fn url(global: &Global) -> Option<&str> {
    global.nats.url.as_deref().filter(|url| !url.is_empty())
}

/// Connects to the server at a URL.
pub(crate) async fn connect(url: &str) -> Result<Client, Failure> {
    let address: ServerAddr = url.parse().map_err(|_| {
        Failure::usage("--nats: not the URL of a server".to_owned(), "write it as nats://localhost:4222")
    })?;
    // The URL may hold a password, which belongs in no message.
    let place = format!("{}:{}", address.host(), address.port());
    let mut options = ConnectOptions::new().name("tenure").connection_timeout(CONNECT);
    if let (Some(user), Some(password)) = (address.username(), address.password()) {
        options = options.user_and_password(user.to_owned(), password.to_owned());
    }
    options.connect(address).await.map_err(|error| {
        Failure::new(Exit::Unreachable, format!("no NATS server at {place}: {error}"))
            .hint("is it running? Name another with --nats URL or TENURE_NATS")
    })
}
