"""Settings for a Superset that lets a browser ask for nothing outside. Superset reads it by SUPERSET_CONFIG_PATH.

Superset's pages hold a counting pixel of a third party, and its own policy allows it. This policy does not.
"""

TALISMAN_CONFIG = {
    "content_security_policy": {
        "base-uri": ["'self'"],
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": "'none'",
        "style-src": ["'self'", "'unsafe-inline'"],
        "font-src": ["'self'"],
        "script-src": ["'self'", "'strict-dynamic'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    "force_https": False,  # A proxy in front of Superset does that.
    "session_cookie_secure": False,
}
