//! TLS with a certificate and a key from files.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// A certificate with its key, by which a server shows who it is.
#[derive(Clone)]
pub struct Tls(TlsAcceptor);

/// Why TLS cannot be spoken.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file holds no certificate, or no key, in PEM.
    #[error("{}: {source}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        source: pem::Error,
    },
    /// Everybody on the machine may read the key.
    #[error("{}: everybody may read this key (mode {mode:04o})", file.display())]
    Open {
        /// The file.
        file: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// The two do not go together, or are of a kind that is not known.
    #[error("the certificate and the key do not serve: {0}")]
    Unfit(#[from] rustls::Error),
}

impl Tls {
    /// Reads a chain of certificates and the key of the first.
    pub fn from_files(certificates: &Path, key: &Path) -> Result<Tls, TlsError> {
        let unreadable = |file: &Path, source| TlsError::Unreadable { file: file.to_owned(), source };
        let chain = CertificateDer::pem_file_iter(certificates).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let chain = chain.map_err(|source| unreadable(certificates, source))?;
        must_be_closed(key)?;
        let secret = PrivateKeyDer::from_pem_file(key).map_err(|source| unreadable(key, source))?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        let mut config = config.with_no_client_auth().with_single_cert(chain, secret)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Tls(TlsAcceptor::from(Arc::new(config))))
    }

    /// Agrees with a client on how to speak.
    pub(crate) async fn accept<S: AsyncRead + AsyncWrite + Unpin>(&self, stream: S) -> io::Result<TlsStream<S>> {
        self.0.accept(stream).await
    }
}

fn must_be_closed(key: &Path) -> Result<(), TlsError> {
    use std::os::unix::fs::PermissionsExt as _;
    // That it cannot be read is told where it is read.
    let Ok(meta) = std::fs::metadata(key) else { return Ok(()) };
    let mode = meta.permissions().mode() & 0o7777;
    if mode & 0o007 != 0 {
        return Err(TlsError::Open { file: key.to_owned(), mode });
    }
    Ok(())
}
